"""What a figure shows, in words: the text alternative of its picture, for who does not see it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from helpers.plotting.color_names import color_name

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.collections import LineCollection, PathCollection, PolyCollection
    from matplotlib.container import BarContainer, ErrorbarContainer
    from matplotlib.figure import Figure
    from matplotlib.lines import AxLine, Line2D
    from matplotlib.text import Text

# The gids of a line of the course's cycle, and of what is told with its line: its name at its end, its name
# in the corner where nothing of it can be drawn, and a point on it that adds nothing to what is said of it.
NAMED_LINE = "named line"
LINE_LABEL, CORNER_LABEL, LINE_POINT = "line label", "corner label", "line point"
# More of them are counted; nobody listens to twenty lines.
_MOST_NAMED, _MOST_LINES, _MOST_ALIKE, _MOST_POINTS, _MOST_KINDS = 8, 6, 2, 8, 3
_SCALES = {"log": " on a logarithmic scale", "symlog": " on a symmetric logarithmic scale"}
_MOST_PANELS, _MOST_CELLS, _MOST_TICKS, _LONGEST = 6, 40, 12, 1600
_Thing = TypeVar("_Thing")


def in_words(figure: Figure) -> str:
    """Return what a figure shows: its panels, their axes, and where each line begins, turns and ends.

    All of it is read from the figure, so it is true of whatever was drawn. Only what is no curve, such as a
    diagram, can be told by whoever draws it: the label of its axes, which Matplotlib shows nowhere.

    figure: drawn by anybody with Matplotlib.
    """
    panels = [ax for ax in figure.axes if ax.get_visible() and (ax.has_data() or ax.get_title(loc="left"))]
    pictures = [ax for ax in panels if ax.images and not ax.lines]
    if len(pictures) > _MOST_PANELS:
        said_of_them = (*map(_title, pictures), *(ax.get_ylabel() for ax in pictures))
        titles = ", ".join(dict.fromkeys(filter(None, said_of_them)))
        said = [f"{len(pictures)} images{f': {titles}' if titles else ''}."]
        panels = [ax for ax in panels if ax not in pictures]
    else:
        said = []
    names = [""] if len(panels) == 1 else [f"Panel {number}: " for number in range(1, len(panels) + 1)]
    shown = _told(list(zip(names, panels, strict=True)), _MOST_PANELS)
    said += [f"{name}{_panel(ax)}" for name, ax in shown]
    if len(panels) > len(shown):
        said.append(f"And {len(panels) - len(shown)} more panels.")
    title = " ".join(figure.get_suptitle().split())
    text = f"{f'{title}: ' if title else ''}{' '.join(said) or 'An empty picture.'}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2].rsplit(' ', 1)[0]} …"


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


def _panel(ax: Axes) -> str:
    label, title = str(ax.get_label()), _title(ax)
    if label and not label.startswith("<"):  # Matplotlib names what it makes itself so: "<colorbar>"
        said = label
    elif ax.name != "rectilinear":
        # Of a space or a polar plot the parts would say what is not to be seen.
        said = f"a picture with {ax.name} axes"
    else:
        said = _parts(ax)
    return f"{f'{title}: ' if title else ''}{said}."


def _parts(ax: Axes) -> str:
    parts = (_boxes, _lines, _bands, _strips, _strokes, _points, _bars, _outlines, _image, _texts)
    drawn = _table(ax) or [said for part in parts for said in part(ax)]
    return "; ".join(filter(None, [_axes(ax, " ".join(drawn)), *drawn]))


def _table(ax: Axes) -> list[str]:
    """Return the rows of an image in whose cells stand texts; nothing of any other."""
    if not (size := _size_of_image(ax)):
        return []
    height, width = size
    cells = {text.get_position(): text.get_text() for text in ax.texts}
    rows = [[cells.get((column, row), "") for column in range(width)] for row in range(height)]
    if height * width > _MOST_CELLS or not any(map(any, rows)):
        return []
    return [
        f"row {number}: {', '.join(text or 'empty' for text in row)}" for number, row in enumerate(rows, 1)
    ]


def _image(ax: Axes) -> Iterator[str]:
    if size := _size_of_image(ax):
        yield f"an image of {size[0]} by {size[1]}"


def _size_of_image(ax: Axes) -> tuple[int, int] | None:
    """Return height and width of the first image that has something in it; None without one."""
    sizes = (image.get_size() for image in ax.images if image.get_array() is not None)
    return next(iter(sizes), None)


def _title(ax: Axes) -> str:
    titles = [ax.get_title(loc=place) for place in ("left", "center", "right")]
    titles += [text.get_text() for text in ax.texts if _is_title(ax, text)]
    return " ".join(" ".join(titles).split())


def _is_title(ax: Axes, text: Text) -> bool:
    """Return whether a text stands above its panel: a picture that moves writes its title so at each move."""
    # By identity, as the marks.
    return text.get_transform() is ax.transAxes and text.get_position()[1] > 1


def _texts(ax: Axes) -> Iterator[str]:
    """Yield what is written into a panel, but for the names of its lines and numbers beside their points."""
    of_lines = LINE_LABEL, CORNER_LABEL
    texts = [text for text in ax.texts if text.get_visible() and text.get_gid() not in of_lines]
    written = [" ".join(text.get_text().split()) for text in texts if not _is_title(ax, text)]
    told = list(dict.fromkeys(text for text in written if text and not _is_numeral(text)))
    if told:
        quoted = [f'"{text}"' for text in told]
        yield f"written there: {_listed(quoted, _MOST_NAMED)}"


def _is_numeral(text: str) -> bool:
    try:
        float(text.rstrip("%"))
    except ValueError:
        return False
    return True


def _axes(ax: Axes, told: str) -> str:
    """Return what is drawn over what, and from where to where. told: what is said of the panel beside it."""
    across, up = _axis(ax.xaxis, "columns", told), _axis(ax.yaxis, "rows", told)
    return f"{up} over {across}" if across and up else across or up


def _axis(axis: Axis, named: str, told: str) -> str:
    """Return what an axis shows; without a label the names that stand on it and are not told.

    named: what has these names.
    """
    names = _names_on(axis)
    name = " ".join(axis.get_label_text().split())
    if not name:
        is_told = all(re.search(rf"(?<!\w){re.escape(each)}(?!\w)", told) for each in names)
        return "" if is_told else f"{named} ({_listed(names, _MOST_TICKS)})"
    if names:
        return f"{name} ({_listed(names, _MOST_TICKS)})"
    # As they stand from left to right and from below: an axis may be reversed.
    begin, end = map(_number, axis.get_view_interval())
    return f"{name} ({begin} to {end}{_SCALES.get(axis.get_scale(), '')})"


def _listed(names: Sequence[str], most: int) -> str:
    told = _told(names, most)
    more = f", and {len(names) - len(told)} more" if len(names) > len(told) else ""
    return f"{', '.join(told)}{more}"


def _told(things: Sequence[_Thing], most: int) -> Sequence[_Thing]:
    """Return which are told: one above the most as well, rather than that there is one more."""
    return things if len(things) <= most + 1 else things[:most]


def _names_on(axis: Axis) -> list[str]:
    """Return the names that stand in the place of numbers on an axis, which then has no ends to speak of.

    A number is a name as well where somebody wrote it at a place that is another number.
    """
    from matplotlib.category import StrCategoryLocator
    from matplotlib.ticker import FixedLocator

    written = _written_on(axis)
    texts = [text for text in written if text]
    if all(_is_number(text) for text in texts):
        chosen = isinstance(axis.get_major_locator(), FixedLocator | StrCategoryLocator)
        at = zip(axis.get_ticklocs(), written, strict=False)
        return texts if chosen and any(_is_elsewhere(text, place) for place, text in at) else []
    return texts


def _is_elsewhere(text: str, place: float) -> bool:
    """Return whether a text is the number of another place than its own."""
    try:
        return bool(text) and not np.isclose(float(text), place, rtol=0.05, atol=0)
    except ValueError:
        return False


def _is_number(text: str) -> bool:
    return not any(letter.isalpha() for letter in text.replace("mathdefault", "").replace("e", ""))


def _lines(ax: Axes) -> Iterator[str]:
    from matplotlib.lines import AxLine

    names, bars, caps = _error_bars(ax)
    in_boxes = {line for box in _boxes_of(ax) for line in box.lines}
    lines = [line for line in ax.lines if line not in caps and line not in in_boxes]
    lines = [line for line in lines if _is_to_be_told(line, has_bars=line in bars)]
    for endless in (line for line in lines if isinstance(line, AxLine)):
        yield _endless(endless)
    lines = [line for line in lines if not isinstance(line, AxLine)]
    # By identity: between equal limits two different transforms have equal numbers.
    of_one_axis = ax.get_xaxis_transform(), ax.get_yaxis_transform()
    marks = [line for line in lines if any(line.get_transform() is each for each in of_one_axis)]
    yield from _marks(ax, marks)
    lines = [line for line in lines if line not in marks]
    for line in (line for line in lines if line.get_transform() is not ax.transData):
        name = f"{_name_of(line)}: " if _is_name(_name_of(line)) else ""
        yield f"{name}{'points' if _is_dotted(line) else 'a line'} placed on the panel"
    lines = [line for line in lines if line.get_transform() is ax.transData]
    names |= {line: _name_of(line) for line in lines if line not in names}
    named = [line for line in lines if _is_name(names[line])]
    told = _told(named, _MOST_NAMED)
    yield from (f"{names[line]}: {_course(line)}{bars.get(line, '')}" for line in told)
    if len(named) > len(told):
        yield f"and {len(named) - len(told)} more named lines"
    unnamed = [line for line in lines if line not in named]
    dots = [line for line in unnamed if _is_dotted(line) or _is_point(line)]
    others = [line for line in unnamed if line not in dots and len(_drawn(line))]
    kinds = _kinds(others) if len(others) > _MOST_ALIKE else {("", ""): others}
    counted = [line for alike in kinds.values() if len(alike) > _MOST_ALIKE for line in alike]
    said = _places_said([*told, *(line for line in others if line not in counted)], counted)
    dots = [line for line in dots if not _adds_nothing(line, said, has_bars=line in bars)]
    if len(dots) > _MOST_ALIKE:
        values = np.concatenate([_measured(line) for line in dots])
        number = _counted(len(dots)) if all(map(_is_point, dots)) else f"{len(dots)} groups of points"
        yield f"{number}, {_span(values) if len(values) else 'no finite value'}"
    else:
        yield from (f"{_course(line)}{bars.get(line, '')}" for line in dots)
    for (width, color), alike in kinds.items():
        if len(alike) <= _MOST_ALIKE:
            yield from (f"a {width}line{color}: {_course(line)}{bars.get(line, '')}" for line in alike)
        else:
            yield f"{len(alike)} {width}lines{color} without names, {_ends(alike)}"


def _is_to_be_told(line: Line2D, has_bars: bool) -> bool:
    """Return whether something of a line is to be seen that is not told with another line."""
    if not line.get_visible() or line.get_gid() == LINE_POINT:
        return False
    if not _is_point(line):
        # The name of a line without points stands in the corner.
        return len(np.atleast_1d(line.get_xdata())) > 0 or line.get_gid() == NAMED_LINE
    # Of a single point nothing is drawn but its marker, and its error bar.
    return has_bars or str(line.get_marker()).strip() not in ("", "None", "none")


def _is_point(line: Line2D) -> bool:
    return len(np.atleast_1d(line.get_xdata())) == 1


def _places_said(told: Sequence[Line2D], counted: Sequence[Line2D]) -> set[tuple[float, ...]]:
    """Return where told lines begin, turn and end, and where counted ones begin and end."""
    paths = [_drawn(line) for line in told if not _is_point(line) and not _is_dotted(line)]
    paths = [path for path in paths if len(path)]
    turns = [path[at] for path in paths for at in (path[:, 1].argmin(), path[:, 1].argmax())]
    ends = [path[at] for path in (*paths, *map(_drawn, counted)) for at in (0, -1)]
    return {tuple(place) for place in (*turns, *ends)}


def _adds_nothing(point: Line2D, said: Set[tuple[float, ...]], has_bars: bool) -> bool:
    """Return whether a point without a name is not drawn, or marks a place that is said of a line."""
    if not _is_point(point):
        return False
    places = _drawn(point)
    return not len(places) or (not has_bars and tuple(places[0]) in said)


def _kinds(lines: Sequence[Line2D]) -> dict[tuple[str, str], list[Line2D]]:
    """Return lines by what tells them apart, such as ("thick ", " in blue"); ("", "") if nothing does."""
    colors = {color_name(line.get_color()) for line in lines}
    usual = float(np.median([line.get_linewidth() for line in lines]))
    found: dict[tuple[str, str], list[Line2D]] = {}
    for line in lines:
        width = "thick " if usual and line.get_linewidth() >= 2 * usual else ""
        color = f" in {color_name(line.get_color())}" if len(colors) > 1 else ""
        found.setdefault((width, color), []).append(line)
    return found if len(found) <= _MOST_KINDS else {("", ""): list(lines)}


def _bands(ax: Axes) -> Iterator[str]:
    """Yield how wide each band between two lines is, where it is narrowest and where widest."""
    from matplotlib.collections import FillBetweenPolyCollection

    bands = [drawn for drawn in ax.collections if isinstance(drawn, FillBetweenPolyCollection)]
    bands = [band for band in bands if getattr(band, "t_direction", "x") == "x" and _is_seen(band, ax)]
    said = list(filter(None, (_told_band(band, ax) for band in bands)))
    told = _told(said, _MOST_NAMED)
    yield from told
    if len(said) > len(told):
        yield f"and {len(said) - len(told)} more bands"


def _told_band(band: PolyCollection, ax: Axes) -> str:
    """Return how wide a band is; "" where nothing of it is to be seen."""
    corners = np.concatenate([path.vertices for path in band.get_paths()] or [np.empty((0, 2))])
    corners = corners[np.isfinite(corners).all(axis=1)]
    places = np.unique(corners[:, 0])
    heights = [np.unique(corners[corners[:, 0] == place, 1]) for place in places]
    edges = np.array([(at[0], at[-1]) for at in heights]).reshape(-1, 2)
    if not np.ptp(edges, axis=1).any():
        return ""
    line = _line_in(places, edges, band, ax)
    name = f"{band.get_label()}: a band" if _is_name(_label_of(band)) else f"a band{line}"
    if max(map(len, heights)) > 2:  # in steps: where one ends and the next begins are four edges
        return name
    widths = np.ptp(edges, axis=1)
    widths[widths < 1e-9 * widths.max()] = 0  # what rounding has left
    least, most = int(widths.argmin()), int(widths.argmax())
    if _number(widths[least]) == _number(widths[most]):
        return f"{name} {_number(widths[most])} wide"
    narrow, wide = (f"{_number(widths[at])} wide at {_number(places[at])}" for at in (least, most))
    return f"{name}, narrowest {narrow}, widest {wide}"


def _is_seen(part: Artist, ax: Axes) -> bool:
    """Return whether something is drawn at numbers of the axes, to be seen."""
    alpha = part.get_alpha()  # of strokes it may be one each
    is_clear = alpha is not None and not np.any(alpha)
    return part.get_visible() and not is_clear and part.get_transform() is ax.transData


def _line_in(places: np.ndarray, edges: np.ndarray, band: PolyCollection, ax: Axes) -> str:
    """Return around which line a band lies: the only named one of its color, if it keeps between the edges.

    places: across, ascending, shape (n,); edges: the lower and the upper one there, shape (n, 2).
    """
    from matplotlib.colors import to_rgb, to_rgba_array

    colors = {tuple(color) for color in to_rgba_array(band.get_facecolor())[:, :3].tolist()}
    lines = [line for line in ax.lines if line.get_visible() and _is_name(_name_of(line))]
    lines = [line for line in lines if colors == {to_rgb(line.get_color())}]
    if len(lines) != 1 or not len(_drawn(lines[0])):
        return ""
    x, y = _drawn(lines[0]).T
    low, high = (np.interp(x, places, edge) for edge in edges.T)
    slack = 1e-9 * np.ptp(edges)
    return f" around {_name_of(lines[0])}" if ((low - slack <= y) & (y <= high + slack)).all() else ""


def _strips(ax: Axes) -> Iterator[str]:
    """Yield from where to where a panel is shaded by `axvspan` and `axhspan`."""
    from matplotlib.patches import Rectangle

    for patch in (each for each in ax.patches if isinstance(each, Rectangle) and each.get_visible()):
        # By identity, as the marks.
        across = patch.get_data_transform() is ax.get_xaxis_transform()
        if across or patch.get_data_transform() is ax.get_yaxis_transform():
            name = f"{patch.get_label()}: shaded" if _is_name(_label_of(patch)) else "shaded"
            (left, low), (right, high) = patch.get_bbox().get_points()
            ends = (left, right) if across else (low, high)
            yield f"{name} {'across' if across else 'in height'} from {' to '.join(map(_number, ends))}"


def _error_bars(ax: Axes) -> tuple[dict[Line2D, str], dict[Line2D, str], set[Line2D]]:
    """Return the names of lines that have error bars, how long these are, and the lines that are their ends.

    Matplotlib gives the name to the whole, and none to the line.
    """
    found = _bar_containers(ax)
    names = {bars[0]: str(bars.get_label()) for bars in found if bars[0] is not None}
    lengths = {bars[0]: _lengths([each for drawn in bars[2] for each in _segments(drawn)]) for bars in found}
    return names, lengths, {cap for bars in found for cap in bars[1]}


def _bar_containers(ax: Axes) -> list[ErrorbarContainer]:
    from matplotlib.container import ErrorbarContainer

    return [container for container in ax.containers if isinstance(container, ErrorbarContainer)]


def _lengths(bars: Sequence[np.ndarray]) -> str:
    lengths = [_number(np.abs(ends[1] - ends[0]).max()) for ends in bars]
    if not lengths:
        return ""
    shortest, longest = min(lengths, key=float), max(lengths, key=float)
    return f", error bars {shortest if shortest == longest else f'{shortest} to {longest}'} long"


def _segments(strokes: LineCollection) -> list[np.ndarray]:
    """Return the ends of each straight stroke that can be seen, each of shape (2, 2)."""
    ends = [np.asarray(segment, dtype=float) for segment in strokes.get_segments()]
    return [pair for pair in ends if pair.shape == (2, 2) and np.isfinite(pair).all()]


def _strokes(ax: Axes) -> Iterator[str]:
    """Yield from where to where the strokes of `vlines` and `hlines` go; on an image they are its grid."""
    from matplotlib.collections import LineCollection

    if ax.images:
        return
    of_errors = {drawn for bars in _bar_containers(ax) for drawn in bars[2]}
    collections = [drawn for drawn in ax.collections if isinstance(drawn, LineCollection)]
    collections = [drawn for drawn in collections if _is_seen(drawn, ax)]
    for collection in (drawn for drawn in collections if drawn not in of_errors):
        segments = _segments(collection)
        for kind, along in (("vertical", 1), ("horizontal", 0)):
            strokes = [ends for ends in segments if ends[0, 1 - along] == ends[1, 1 - along]]
            if strokes:
                label = _label_of(collection)
                yield f"{f'{label}: ' if _is_name(label) else ''}{_told_strokes(kind, along, strokes)}"


def _told_strokes(kind: str, along: int, strokes: Sequence[np.ndarray]) -> str:
    if len(strokes) > _MOST_NAMED:
        return f"{len(strokes)} {kind} strokes{_lengths(strokes).replace('error bars ', '')}"
    places = [
        f"from {_number(ends[0, along])} to {_number(ends[1, along])} at {_number(ends[0, 1 - along])}"
        for ends in strokes
    ]
    return f"{kind} stroke{'s' if len(strokes) > 1 else ''} {', '.join(places)}"


@dataclass(frozen=True)
class _Box:
    """A box of a box plot. lines: of which Matplotlib has made it; at: its place on the axis of the boxes."""

    lines: Sequence[Line2D]
    axis: Axis
    at: float
    ends: tuple[float, float]
    median: float
    whiskers: tuple[float, float]


def _boxes(ax: Axes) -> Iterator[str]:
    """Yield median, box and whiskers of each box of a box plot."""
    for box in _boxes_of(ax):
        ends, whiskers = (" to ".join(map(_number, pair)) for pair in (box.ends, box.whiskers))
        name = _at(_names_by_place(box.axis), box.at)
        yield f"{name}: median {_number(box.median)}, box {ends}, whiskers {whiskers}"


def _boxes_of(ax: Axes) -> list[_Box]:
    """Return the boxes of a box plot, of which Matplotlib keeps nothing but single lines without names."""
    paths = {line: np.asarray(line.get_xydata(), dtype=float) for line in ax.lines}
    squares = [line for line, path in paths.items() if len(path) == 5 and (path[0] == path[-1]).all()]
    pairs = {line: path for line, path in paths.items() if len(path) == 2}
    found = []
    for square in squares:
        low, high = paths[square].min(axis=0), paths[square].max(axis=0)
        for across, axis in ((0, ax.xaxis), (1, ax.yaxis)):
            at = (low + high)[across] / 2
            # Whiskers, caps and the median: all lie in the middle of their box.
            parts = {line: path for line, path in pairs.items() if np.isclose(path[:, across].mean(), at)}
            values = [path[:, 1 - across] for path in parts.values()]
            medians = [path[0, 1 - across] for path in parts.values() if _is_across(path, across, low, high)]
            if len(parts) >= 5 and medians:
                ends = low[1 - across], high[1 - across]
                whiskers = np.min(values), np.max(values)
                found.append(_Box([square, *parts], axis, at, ends, medians[0], whiskers))
    return found


def _is_across(path: np.ndarray, across: int, low: np.ndarray, high: np.ndarray) -> bool:
    """Return whether a line of two points cuts a box from side to side, as its median does."""
    is_straight = path[0, 1 - across] == path[1, 1 - across]
    return bool(is_straight and np.allclose(np.sort(path[:, across]), [low[across], high[across]]))


def _at(names: Mapping[float, str], place: float) -> str:
    """Return a place on an axis with these names: the one that stands there, or the number."""
    return names.get(place) or _number(place)


def _names_by_place(axis: Axis | None) -> dict[float, str]:
    """Return the names that stand in the place of numbers on an axis, by where they stand."""
    if axis is None or not _names_on(axis):
        return {}
    return dict(zip(axis.get_ticklocs(), _written_on(axis), strict=False))


def _written_on(axis: Axis) -> list[str]:
    return [" ".join(text.get_text().split()) for text in axis.get_ticklabels()]


def _endless(line: AxLine) -> str:
    """Return where a line of `axline` lies, which has no ends."""
    places = [f"({', '.join(map(_number, at))})" for at in (line.get_xy1(), line.get_xy2()) if at is not None]
    slope = "" if line.get_slope() is None else f" with a slope of {_number(line.get_slope())}"
    return f"a straight line through {' and '.join(places)}{slope}"


def _marks(ax: Axes, lines: Sequence[Line2D]) -> Iterator[str]:
    """Yield the places of one axis that are marked: by `axhline`, `axvline`, or strokes beside the panel."""
    places: dict[tuple[str, str], list[Any]] = {}
    for line in lines:
        across = line.get_transform() is ax.get_yaxis_transform()
        name = f"{line.get_label()}: " if _is_name(_label_of(line)) else ""
        ends = np.atleast_1d(line.get_ydata() if across else line.get_xdata())
        places.setdefault((name, "level" if across else "mark"), []).extend(ends)
    for (name, kind), at in places.items():
        distinct = list(dict.fromkeys(map(_number, at)))
        if len(distinct) == 1:
            yield f"{name}a {kind} at {distinct[0]}"
        elif len(distinct) <= _MOST_LINES:
            yield f"{name}{kind}s at {', '.join(distinct)}"
        else:
            are_words = any(isinstance(place, str) for place in at)
            span = "" if are_words else f", {_number(min(at))} to {_number(max(at))}"
            yield f"{name}{len(distinct)} {kind}s{span}"


def _is_dotted(line: Line2D) -> bool:
    return str(line.get_linestyle()) == "None"


def _measured(line: Line2D) -> np.ndarray:
    """Return what points say: where they lie across, if the rows have names, and else how high."""
    return _drawn(line)[:, 0 if _rows(line) else 1]


def _rows(line: Line2D) -> dict[float, str]:
    """Return the names of the rows in which points lie, by their height; {} where these are numbers."""
    ax = line.axes
    # Of panels side by side the first alone shows the names of the rows.
    beside = [] if ax is None else ax.get_shared_y_axes().get_siblings(ax)
    return next(filter(None, (_names_by_place(one.yaxis) for one in beside)), {})


def _places(line: Line2D) -> str:
    """Return what each of a few points says and where it lies; of many, both from where to where."""
    rows = _rows(line)
    columns = _names_by_place(line.axes.xaxis if line.axes is not None else None)
    values, at = _measured(line), _drawn(line)[:, 1 if rows else 0]
    if len(values) <= _MOST_POINTS:
        where = [_row_of(place, rows) if rows else _at(columns, place) for place in at]
        said = (f"{_number(value)} at {place}" for value, place in zip(values, where, strict=True))
        return f"{_counted(len(values))}, {', '.join(said)}"
    span = f"{_counted(len(values))}, {_span(values)}"
    return span if rows or columns else f"{span}, at {_span(at)}"


def _row_of(place: float, rows: Mapping[float, str]) -> str:
    """Return the name of the row in which a point lies: several in one row are drawn above each other."""
    nearest = min(rows, key=lambda row: abs(row - place))
    return (rows[nearest] if abs(nearest - place) <= 0.25 else "") or _number(place)


def _drawn(line: Line2D) -> np.ndarray:
    """Return the points of a line that can be seen, shape (num_points, 2)."""
    points: np.ndarray = np.ma.filled(np.ma.asarray(line.get_xydata(), dtype=float), np.nan)
    return points[np.isfinite(points).all(axis=1)]


def _ends(lines: Sequence[Line2D]) -> str:
    """Return between which heights lines begin and end."""
    begins, ends = np.array([_drawn(line)[[0, -1], 1] for line in lines]).T
    return f"beginning from {_span(begins)}, ending from {_span(ends)}"


def _course(line: Line2D) -> str:
    """Return where a line begins, turns and ends."""
    x, y = _drawn(line).T
    if not len(x):
        return "no finite value"
    if _is_dotted(line) or len(x) == 1:
        return _places(line)
    names = _names_by_place(line.axes.xaxis if line.axes is not None else None)
    said = f"from {_number(y[0])} at {_at(names, x[0])} to {_number(y[-1])} at {_at(names, x[-1])}"
    turns = []
    for word, at in (("lowest", int(y.argmin())), ("highest", int(y.argmax()))):
        if 0 < at < len(y) - 1 and _number(y[at]) not in (_number(y[0]), _number(y[-1])):
            turns.append(f"{word} {_number(y[at])} at {_at(names, x[at])}")
    # How often a path jumps from one wall of a valley to the other.
    crossings = np.count_nonzero(np.diff(np.sign(y[y != 0])))
    if crossings > 1:
        turns.append(f"crossing the height of 0 {crossings} times")
    return ", ".join([said, *turns])


def _points(ax: Axes) -> Iterator[str]:
    from matplotlib.collections import PathCollection

    clouds = [cloud for cloud in ax.collections if isinstance(cloud, PathCollection) and cloud.get_visible()]
    numbers = [(_num_drawn(cloud), _label_of(cloud)) for cloud in clouds]
    drawn = [(number, label) for number, label in numbers if number]
    told = _told(drawn, _MOST_LINES)
    for number, label in told:
        yield f"{label}: {_counted(number)}" if _is_name(label) else _counted(number)
    if len(drawn) > len(told):
        yield f"and {_counted(sum(number for number, _ in drawn[len(told) :]))} more"


def _num_drawn(cloud: PathCollection) -> int:
    places: np.ndarray = np.ma.filled(np.ma.asarray(cloud.get_offsets(), dtype=float), np.nan)
    return int(np.isfinite(places).all(axis=1).sum())


def _counted(number: int) -> str:
    return f"{number} point{'' if number == 1 else 's'}"


def _bars(ax: Axes) -> Iterator[str]:
    from matplotlib.container import BarContainer

    for bars in (container for container in ax.containers if isinstance(container, BarContainer)):
        values = np.asarray(bars.datavalues, dtype=float)
        # A histogram gives its label to the first of its bars.
        labels = [_label_of(bars), *map(_label_of, bars.patches[:1])]
        label = next(filter(_is_name, labels), "")
        title = f"bars of {label}" if label else "bars"
        lies = bars.orientation == "horizontal"
        centres = [bar.get_center()[1 if lies else 0] for bar in bars.patches]
        if names := _names_of_bars(ax.yaxis if lies else ax.xaxis, centres):
            said = ", ".join(f"{name} {_number(value)}" for name, value in zip(names, values, strict=True))
        elif np.isnan(values).all():
            said = f"{len(values)} of them, without a value" if len(values) else "none"
        else:
            told = np.where(np.isnan(values), -np.inf, values)
            at = centres[int(told.argmax())]
            said = f"{len(values)} of them, highest {_number(told.max())} at {_number(at)}"
        yield f"{title}: {said}"


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


def _name_of(line: Line2D) -> str:
    return " ".join(str(line.get_label()).split())


def _label_of(part: Artist | BarContainer) -> str:
    return str(part.get_label() or "")


def _is_name(label: str) -> bool:
    """Return whether somebody gave this label; Matplotlib's own begin with a stroke."""
    return bool(label) and not label.startswith("_")


def _outlines(ax: Axes) -> Iterator[str]:
    """Yield where each outline is highest: a histogram may be drawn as one line around all of its bars."""
    from matplotlib.patches import Polygon

    for outline in (each for each in ax.patches if isinstance(each, Polygon) and each.get_visible()):
        if _is_name(_label_of(outline)):
            corners = np.asarray(outline.get_xy(), dtype=float)
            corners = corners[np.isfinite(corners).all(axis=1)]
            if not len(corners):
                continue
            if _lies(corners):  # the edge of the last bar is no height
                continue
            highest = corners[corners[:, 1] == corners[:, 1].max()]
            at = (highest[0, 0] + highest[1, 0]) / 2 if len(highest) > 1 else highest[0, 0]
            yield f"{outline.get_label()}: an outline, highest {_number(highest[0, 1])} at {_number(at)}"


def _lies(corners: np.ndarray) -> bool:
    """Return whether an outline is that of a histogram whose bars lie: it goes along, up, along, up."""
    moves = (corners[1::2] - corners[:-1:2]).any(axis=0)
    return len(corners) > 5 and moves.tolist() == [True, False]  # five are a rectangle


def _span(values: np.ndarray) -> str:
    low, high = _number(values.min()), _number(values.max())
    return low if low == high else f"{low} to {high}"


def _number(value: Any) -> str:
    try:
        return f"{float(value):.3g}"
    except (TypeError, ValueError):  # a name or a day, where an axis has these
        return str(value)
