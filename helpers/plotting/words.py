"""What a figure shows, in words: the text alternative of its picture, for who does not see it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.text import Text
    from matplotlib.transforms import Transform

# The gids of a line of the course's cycle, and of what is told with its line: its name at its end, its name
# in the corner where nothing of it can be drawn, and a point on it that adds nothing to what is said of it.
NAMED_LINE = "named line"
LINE_LABEL, CORNER_LABEL, LINE_POINT = "line label", "corner label", "line point"
# How much a listener is told: letters in all, of more than so many panels or parts of a panel only how many.
LONGEST, _MOST_PANELS, _MOST_PARTS, _FEWER_PARTS = 700, 6, 8, (4, 2)
_MOST_ALIKE, _MOST_POINTS, _MOST_CELLS, _MOST_TICKS = 2, 8, 40, 12
_SCALES = {"log": " on a logarithmic scale", "symlog": " on a symmetric logarithmic scale"}


def in_words(figure: Figure) -> str:
    """Return what a figure shows: its panels, their axes, and where each line begins, turns and ends.

    All of it is read from the figure, so it is true of whatever was drawn. Whoever draws a diagram tells it:
    the label of its axes, which Matplotlib shows nowhere, takes the place of everything else.

    figure: drawn by anybody with Matplotlib.

    Returns at most LONGEST letters, of the first parts of each panel where it has many.
    """
    for most in (_MOST_PARTS, *_FEWER_PARTS):
        text = _told(figure, most)
        if len(text) <= LONGEST:
            return text
    return f"{text[: LONGEST - 2].rsplit(' ', 1)[0]} …"


def are_wanted() -> bool:
    """Return whether whoever started the notebook wants to read pictures: `make lab PICTURES_IN_WORDS=1`.

    JupyterLab shows the text alternative of no picture.
    """
    return os.environ.get("PICTURES_IN_WORDS", "0") not in ("", "0")


def describe_pictures() -> None:
    """Give every figure that a notebook shows from now on its words; outside of a notebook do nothing.

    The words stand in the metadata of the picture as `alt`, where pages made of notebooks look for them.
    Where they `are_wanted`, they are also printed above it.
    """
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    formatter = getattr(shell, "display_formatter", None)
    if formatter is not None:
        formatter.mimebundle_formatter.for_type_by_name("matplotlib.figure", "Figure", _words_for_notebook)


def _words_for_notebook(figure: Figure, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return no data, which IPython's own formatters make, and the words as the picture's metadata."""
    words = in_words(figure)
    if are_wanted():
        print(words)
    return {}, {"image/png": {"alt": words}}


def _told(figure: Figure, most: int) -> str:
    panels = [ax for ax in figure.axes if ax.get_visible() and (ax.has_data() or _title(ax))]
    pictures = [ax for ax in panels if ax.images and not ax.lines]
    said = []
    if len(pictures) > _MOST_PANELS:
        shown = filter(None, (*map(_title, pictures), *(ax.get_ylabel() for ax in pictures)))
        titles = ", ".join(dict.fromkeys(shown))
        said.append(f"{len(pictures)} images{f': {titles}' if titles else ''}.")
        panels = [ax for ax in panels if ax not in pictures]
    names = [""] if len(panels) == 1 else [f"Panel {number}: " for number in range(1, len(panels) + 1)]
    each = [f"{name}{_panel(ax, most)}." for name, ax in zip(names, panels, strict=True)]
    said += _some(each, _MOST_PANELS, "panels.")
    title = " ".join(figure.get_suptitle().split())
    return f"{f'{title}: ' if title else ''}{' '.join(said) or 'An empty picture.'}"


def _some(said: Sequence[str], most: int, what: str) -> list[str]:
    """Return the first ones and how many more there are; one above the most is told as well."""
    return [*said] if len(said) <= most + 1 else [*said[:most], f"and {len(said) - most} more {what}"]


def _panel(ax: Axes, most: int) -> str:
    label, title = str(ax.get_label()), _title(ax)
    if label and not label.startswith("<"):  # Matplotlib names what it makes itself so: "<colorbar>"
        said = label
    elif ax.name != "rectilinear":
        # Of a space or a polar plot the parts would say what is not to be seen.
        said = f"a picture with {ax.name} axes"
    else:
        drawn = _table(ax) or [
            each for what, part in _PARTS.items() for each in _some([*part(ax)], most, what)
        ]
        said = "; ".join(filter(None, [_axes(ax, " ".join(drawn)), *drawn]))
    return f"{f'{title}: ' if title else ''}{said}"


def _title(ax: Axes) -> str:
    titles = [ax.get_title(loc=place) for place in ("left", "center", "right")]
    titles += [text.get_text() for text in ax.texts if _is_title(ax, text)]
    return " ".join(" ".join(titles).split())


def _is_title(ax: Axes, text: Text) -> bool:
    """Return whether a text stands above its panel: a picture that moves writes its title so at each move."""
    # By identity: between equal limits two different transforms have equal numbers.
    return text.get_transform() is ax.transAxes and text.get_position()[1] > 1


# Axes ---------------------------------------------------------------------------------------------


def _axes(ax: Axes, told: str) -> str:
    """Return what is drawn over what, and from where to where. told: what is said of the panel beside it."""
    up, across = _axis(ax.yaxis, "rows", told), _axis(ax.xaxis, "columns", told)
    return f"{up} over {across}" if across and up else across or up


def _axis(axis: Axis, named: str, told: str) -> str:
    """Return what an axis shows; without a label the names that stand on it and are not told.

    named: what has these names.
    """
    name = " ".join(axis.get_label_text().split())
    if names := [text for text in _names_by_place(axis).values() if text]:
        if name or not all(each in told for each in names):
            return f"{name or named} ({', '.join(_some(names, _MOST_TICKS, 'names'))})"
        return ""
    # As they stand from left to right and from below: an axis may be reversed.
    begin, end = map(_number, axis.get_view_interval())
    return f"{name} ({begin} to {end}{_SCALES.get(axis.get_scale(), '')})" if name else ""


def _names_by_place(axis: Axis) -> dict[float, str]:
    """Return the names that stand in the place of numbers on an axis, by where they stand; {} for numbers.

    A number is a name as well where somebody wrote it at a place that is another number.
    """
    from matplotlib.category import StrCategoryLocator
    from matplotlib.ticker import FixedLocator

    if not isinstance(axis.get_major_locator(), FixedLocator | StrCategoryLocator):
        return {}
    texts = [" ".join(label.get_text().split()) for label in axis.get_ticklabels()]
    names = dict(zip(axis.get_ticklocs(), texts, strict=False))
    return names if any(text and not _is_number_of(text, place) for place, text in names.items()) else {}


def _is_number_of(text: str, place: float) -> bool:
    try:
        return bool(np.isclose(float(text), place, rtol=0.05, atol=0))
    except ValueError:
        return "mathdefault" in text  # as Matplotlib writes powers of ten


def _at(names: Mapping[float, str], place: float) -> str:
    """Return a place on an axis with these names: the one that stands there, or the number."""
    return names.get(place) or _number(place)


# Lines and points ---------------------------------------------------------------------------------


def _lines(ax: Axes) -> Iterator[str]:
    """Yield lines with a name, few others one by one, many others by where they begin and end."""
    lengths, caps = _error_bars(ax)
    lines = [line for line in ax.lines if line not in caps and _is_told(line, line in lengths)]
    on_axes = [line for line in lines if line.get_transform() is ax.transData]
    said = {line: f"{_course(line)}{lengths.get(line, ('', ''))[1]}" for line in on_axes}
    placed = [line for line in lines if not any(line.get_transform() is each for each in _transforms(ax))]
    yield from (_named(line, "a line") for line in placed)
    names = {line: lengths[line][0] if line in lengths else _label(line) for line in on_axes}
    yield from (f"{names[line]}: {said[line]}" for line in on_axes if names[line])
    others = [line for line in on_axes if not names[line] and len(_drawn(line))]
    dots = [line for line in others if _is_dotted(line)]
    lines = [line for line in others if line not in dots]
    if len(dots) > _MOST_ALIKE:
        values = np.concatenate([_measured(line) for line in dots])
        are_single = len(values) == len(dots)
        yield f"{_counted(len(dots)) if are_single else f'{len(dots)} groups of points'}, {_span(values)}"
    else:
        yield from (said[line] for line in dots)
    if len(lines) > _MOST_ALIKE:
        begins, ends = np.array([_drawn(line)[[0, -1], 1] for line in lines]).T
        yield f"{len(lines)} lines without names, beginning from {_span(begins)}, ending from {_span(ends)}"
    else:
        yield from (f"a line: {said[line]}" for line in lines)


def _transforms(ax: Axes) -> tuple[Transform, ...]:
    """Return those of numbers, of a mark, and of a level. To be compared by identity, as those of titles."""
    return ax.transData, ax.get_xaxis_transform(), ax.get_yaxis_transform()


def _is_told(line: Line2D, has_bars: bool) -> bool:
    """Return whether something of a line is to be seen that is not told with another line."""
    if not line.get_visible() or line.get_gid() == LINE_POINT:
        return False
    # Of a single point nothing is drawn but its marker, and its error bar.
    has_marker = str(line.get_marker()).strip() not in ("", "None", "none")
    return len(np.atleast_1d(line.get_xdata())) != 1 or has_marker or has_bars


def _error_bars(ax: Axes) -> tuple[dict[Line2D, tuple[str, str]], set[Line2D]]:
    """Return of lines with error bars the name and how long these are, and the lines that are their caps.

    Matplotlib gives the name to the whole, and none to the line.
    """
    from matplotlib.container import ErrorbarContainer

    bars = [each for each in ax.containers if isinstance(each, ErrorbarContainer) and each[0] is not None]
    lengths = {
        each[0]: (_label(each), _lengths([ends for drawn in each[2] for ends in drawn.get_segments()]))
        for each in bars
    }
    return lengths, {cap for each in bars for cap in each[1]}


def _lengths(segments: Sequence[Any]) -> str:
    lengths = np.array([np.abs(np.subtract(ends[1], ends[0])).max() for ends in segments if len(ends) == 2])
    finite = lengths[np.isfinite(lengths)]
    return f", error bars {_span(finite)} long" if len(finite) else ""


def _course(line: Line2D) -> str:
    """Return where a line begins, turns and ends; of points what each of a few says, and the span of many."""
    points = _drawn(line)
    if not len(points):
        return "no finite value"
    if _is_dotted(line):
        return _places(line)
    x, y = points.T
    names = _names_by_place(line.axes.xaxis) if line.axes is not None else {}
    said = [f"from {_number(y[0])} at {_at(names, x[0])} to {_number(y[-1])} at {_at(names, x[-1])}"]
    for word, at in (("lowest", int(y.argmin())), ("highest", int(y.argmax()))):
        if 0 < at < len(y) - 1 and _number(y[at]) not in (_number(y[0]), _number(y[-1])):
            said.append(f"{word} {_number(y[at])} at {_at(names, x[at])}")
    # How often a path jumps from one wall of a valley to the other.
    crossings = np.count_nonzero(np.diff(np.sign(y[y != 0])))
    if crossings > 1:
        said.append(f"crossing the height of 0 {crossings} times")
    return ", ".join(said)


def _places(line: Line2D) -> str:
    rows, values = _rows(line), _measured(line)
    columns = _names_by_place(line.axes.xaxis) if line.axes is not None else {}
    at = _drawn(line)[:, 1 if rows else 0]
    if len(values) > _MOST_POINTS:
        span = f"{_counted(len(values))}, {_span(values)}"
        return span if rows or columns else f"{span}, at {_span(at)}"
    where = [_row_of(place, rows) if rows else _at(columns, place) for place in at]
    said = (f"{_number(value)} at {place}" for value, place in zip(values, where, strict=True))
    return ", ".join([_counted(len(values)), *said])


def _measured(line: Line2D) -> np.ndarray:
    """Return what points say: where they lie across, if the rows have names, and else how high."""
    return _drawn(line)[:, 0 if _rows(line) else 1]


def _rows(line: Line2D) -> dict[float, str]:
    """Return the names of the rows in which points lie, by their height; {} where these are numbers."""
    ax = line.axes
    # Of panels side by side the first alone shows the names of the rows.
    beside = [] if ax is None else ax.get_shared_y_axes().get_siblings(ax)
    return next(filter(None, (_names_by_place(one.yaxis) for one in beside)), {})


def _row_of(place: float, rows: Mapping[float, str]) -> str:
    """Return the name of the row in which a point lies: several in one row are drawn above each other."""
    nearest = min(rows, key=lambda row: abs(row - place))
    return (rows[nearest] if abs(nearest - place) <= 0.25 else "") or _number(place)


def _is_dotted(line: Line2D) -> bool:
    return str(line.get_linestyle()) == "None" or len(_drawn(line)) == 1


def _drawn(line: Line2D) -> np.ndarray:
    """Return the points of a line that can be seen, shape (num_points, 2)."""
    points: np.ndarray = np.ma.filled(np.ma.asarray(line.get_xydata(), dtype=float), np.nan)
    return points[np.isfinite(points).all(axis=1)]


def _clouds(ax: Axes) -> Iterator[str]:
    from matplotlib.collections import PathCollection

    for cloud in ax.collections:
        if isinstance(cloud, PathCollection) and cloud.get_visible():
            places: np.ndarray = np.ma.filled(np.ma.asarray(cloud.get_offsets(), dtype=float), np.nan)
            if number := int(np.isfinite(places).all(axis=1).sum()):
                yield _named(cloud, _counted(number))


def _counted(number: int) -> str:
    return f"{number} point{'' if number == 1 else 's'}"


# What else is drawn -------------------------------------------------------------------------------


def _marks(ax: Axes) -> Iterator[str]:
    """Yield the places of one axis that are marked: by `axhline`, `axvline`, or strokes beside the panel."""
    places: dict[tuple[str, str], list[Any]] = {}
    _, of_marks, of_levels = _transforms(ax)
    for line in ax.lines:
        is_level = line.get_transform() is of_levels
        if (is_level or line.get_transform() is of_marks) and _is_told(line, has_bars=False):
            ends = np.atleast_1d(line.get_ydata() if is_level else line.get_xdata())
            places.setdefault((_label(line), "level" if is_level else "mark"), []).extend(ends)
    for (name, kind), at in places.items():
        different = list(dict.fromkeys(map(_number, at)))
        if len(different) <= _MOST_POINTS:
            said = f"{f'a {kind}' if len(different) == 1 else f'{kind}s'} at {', '.join(different)}"
        else:
            said = f"{len(different)} {kind}s"
        yield f"{name}: {said}" if name else said


def _bands(ax: Axes) -> Iterator[str]:
    """Yield how wide each band of `fill_between` is; its gid may say around what it lies."""
    from matplotlib.collections import FillBetweenPolyCollection

    for band in ax.collections:
        lies = getattr(band, "t_direction", "x") == "y"
        if not isinstance(band, FillBetweenPolyCollection) or lies or not _is_seen(band, ax):
            continue
        corners = np.concatenate([path.vertices for path in band.get_paths()] or [np.empty((0, 2))])
        corners = corners[np.isfinite(corners).all(axis=1)]
        heights = [np.unique(corners[corners[:, 0] == place, 1]) for place in np.unique(corners[:, 0])]
        # In steps, four edges stand above each other where one ends.
        widths = np.array([np.ptp(at) for at in heights if len(at) <= 2])
        if len(widths) == len(heights) and widths.any():
            widths[widths < 1e-9 * widths.max()] = 0  # what rounding has left
            around = " ".join(str(band.get_gid() or "").split())
            yield _named(band, f"a band{f' {around},' if around else ''} {_span(widths)} wide")


def _strips(ax: Axes) -> Iterator[str]:
    """Yield from where to where a panel is shaded by `axvspan` and `axhspan`."""
    from matplotlib.patches import Rectangle

    for patch in (each for each in ax.patches if isinstance(each, Rectangle) and each.get_visible()):
        (left, low), (right, high) = patch.get_bbox().get_points()
        if patch.get_data_transform() is ax.get_xaxis_transform():
            yield _named(patch, f"shaded across from {_number(left)} to {_number(right)}")
        elif patch.get_data_transform() is ax.get_yaxis_transform():
            yield _named(patch, f"shaded in height from {_number(low)} to {_number(high)}")


def _strokes(ax: Axes) -> Iterator[str]:
    """Yield the strokes of `vlines` and `hlines`; on an image they are its grid."""
    from matplotlib.collections import LineCollection
    from matplotlib.container import ErrorbarContainer

    of_bars = {part for each in ax.containers if isinstance(each, ErrorbarContainer) for part in each[2]}
    collections = [each for each in ax.collections if isinstance(each, LineCollection)]
    for drawn in () if ax.images else collections:
        segments = drawn.get_segments()
        if drawn in of_bars or not _is_seen(drawn, ax) or not segments:
            continue
        if len(segments) == 1:
            ends = [f"{_number(up)} at {_number(across)}" for across, up in segments[0]]
            yield _named(drawn, f"a stroke from {' to '.join(ends)}")
        else:
            yield _named(drawn, f"{len(segments)} strokes{_lengths(segments).replace('error bars ', '')}")


def _bars(ax: Axes) -> Iterator[str]:
    from matplotlib.container import BarContainer

    for bars in (container for container in ax.containers if isinstance(container, BarContainer)):
        values = np.asarray(bars.datavalues, dtype=float)
        # A histogram gives its label to the first of its bars.
        label = next(filter(None, map(_label, (bars, *bars.patches[:1]))), "")
        lies = bars.orientation == "horizontal"
        centres = [bar.get_center()[1 if lies else 0] for bar in bars.patches]
        if names := _names_of_bars(ax.yaxis if lies else ax.xaxis, centres):
            said = ", ".join(f"{name} {_number(value)}" for name, value in zip(names, values, strict=True))
        elif np.isnan(values).all():
            said = f"{len(values)} of them, without a value"
        else:
            highest = int(np.nanargmax(values))
            said = f"{len(values)} of them, highest {_number(values[highest])} at {_number(centres[highest])}"
        yield f"bars{f' of {label}' if label else ''}: {said}"


def _names_of_bars(axis: Axis, centres: Sequence[float]) -> list[str]:
    """Return the name beside each bar, the nearest on its axis; [] unless each bar has one of its own.

    centres: of the bars along the axis. Bars of several sets stand side by side, not at their name.
    """
    places = {place: name for place, name in _names_by_place(axis).items() if name}
    if not places:
        return []
    reach = min(np.diff(sorted(places)), default=1) / 2
    nearest = [min(places, key=lambda place: abs(place - centre)) for centre in centres]
    are_near = all(abs(place - centre) < reach for place, centre in zip(nearest, centres, strict=True))
    return [places[place] for place in nearest] if are_near and len(set(nearest)) == len(nearest) else []


def _outlines(ax: Axes) -> Iterator[str]:
    """Yield where each outline with a name lies: a histogram may be drawn as one around all of its bars."""
    from matplotlib.patches import Polygon

    for outline in (each for each in ax.patches if isinstance(each, Polygon) and each.get_visible()):
        corners = np.asarray(outline.get_xy(), dtype=float)
        corners = corners[np.isfinite(corners).all(axis=1)]
        if _label(outline) and len(corners):
            across, up = corners.T
            yield _named(outline, f"an outline, {_span(across)} across, up to {_number(up.max())}")


def _table(ax: Axes) -> list[str]:
    """Return the rows of an image in whose cells stand texts; nothing of any other."""
    height, width = _size_of_image(ax)
    cells = {text.get_position(): text.get_text() for text in ax.texts}
    rows = [[cells.get((column, row), "") for column in range(width)] for row in range(height)]
    if height * width > _MOST_CELLS or not any(map(any, rows)):
        return []
    return [
        f"row {number}: {', '.join(text or 'empty' for text in row)}" for number, row in enumerate(rows, 1)
    ]


def _images(ax: Axes) -> Iterator[str]:
    height, width = _size_of_image(ax)
    if height * width:
        yield f"an image of {height} by {width}"


def _size_of_image(ax: Axes) -> tuple[int, int]:
    """Return height and width of the first image that has something in it; 0 and 0 without one."""
    return next((image.get_size() for image in ax.images if image.get_array() is not None), (0, 0))


def _texts(ax: Axes) -> Iterator[str]:
    """Yield what is written into a panel, but for the names of its lines and numbers beside their points."""
    texts = [text for text in ax.texts if text.get_visible() and not _is_title(ax, text)]
    texts = [text for text in texts if text.get_gid() not in (LINE_LABEL, CORNER_LABEL)]
    written = dict.fromkeys(" ".join(text.get_text().split()) for text in texts)
    told = [f'"{text}"' for text in written if text and not text.rstrip("%").replace(".", "").isdigit()]
    if told:
        yield f"written there: {', '.join(_some(told, _MOST_PARTS, 'texts'))}"


# In the order in which they are told, by what more of them are called.
_PARTS: dict[str, Callable[[Axes], Iterator[str]]] = {
    "marks": _marks,
    "lines": _lines,
    "bands": _bands,
    "strips": _strips,
    "strokes": _strokes,
    "groups of points": _clouds,
    "sets of bars": _bars,
    "outlines": _outlines,
    "images": _images,
    "texts": _texts,
}


def _is_seen(part: Artist, ax: Axes) -> bool:
    """Return whether something is drawn at numbers of the axes, to be seen."""
    alpha = part.get_alpha()  # of strokes it may be one each
    is_clear = alpha is not None and not np.any(alpha)
    return part.get_visible() and not is_clear and part.get_transform() is ax.transData


def _named(part: Artist, said: str) -> str:
    return f"{name}: {said}" if (name := _label(part)) else said


def _label(part: Any) -> str:
    """Return the label that somebody gave; Matplotlib's own begin with a stroke."""
    label = " ".join(str(part.get_label() or "").split())
    return "" if label.startswith("_") else label


def _span(values: np.ndarray) -> str:
    low, high = _number(values.min()), _number(values.max())
    return low if low == high else f"{low} to {high}"


def _number(value: Any) -> str:
    try:
        return f"{float(value):.3g}"
    except (TypeError, ValueError):  # a name or a day, where an axis has these
        return str(value)
