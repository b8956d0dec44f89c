"""Names of colors in everyday words, for who hears of a figure and talks about it with those who see it."""

from __future__ import annotations

import colorsys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.typing import ColorType

# Where the hue of each name ends, in degrees.
_HUES = (
    (15, "red"),
    (38, "orange"),
    (65, "yellow"),
    (170, "green"),
    (260, "blue"),
    (300, "violet"),
    (345, "pink"),
    (360, "red"),
)


def color_name(color: ColorType) -> str:
    """Return what people call a color: "blue", "light blue", "pale blue", "grey", "black", "white".

    color: anything that Matplotlib takes for one. How much shines through it counts for nothing.
    """
    from matplotlib.colors import to_rgb

    hue, saturation, value = colorsys.rgb_to_hsv(*to_rgb(color))
    if value < 0.2:
        return "black"
    if saturation < (0.05 if value > 0.95 else 0.12):
        return "white" if value > 0.95 else "grey"
    if 15 < 360 * hue < 45 and value < 0.65:
        return "brown"
    name = next(name for end, name in _HUES if 360 * hue <= end)
    if value < 0.8:
        return name
    return f"pale {name}" if saturation < 0.35 else f"light {name}" if saturation < 0.7 else name
