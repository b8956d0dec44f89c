"""The property of images that were moved by random shifts, with something where nothing is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

from helpers.checks.observation import Encoded, is_number_array, plain_number
from helpers.checks.properties.chance import chi_squared_is_large
from helpers.checks.properties.reading import Unfit, words_for

_WANTED = "an array of images"
_ZEROS, _WRAPPED, _EDGE = (
    "zeros come in",
    "what moves out comes back on the other side",
    "the edge is repeated",
)
_EMPTY, _OTHER = "some are empty", "some are no shift"

_Image: TypeAlias = list[int | float]  # its pixels, row by row
_Move: TypeAlias = tuple[int, int]  # down and along, in pixels
# What comes in from a row and a column beyond the edges, in an image of so many rows and columns.
_Outside: TypeAlias = Callable[[int, int, int, int], int]


def shifts(data: Encoded) -> Encoded:
    """Return by how much images were moved that show in each pixel where it was, as a dict.

    shape: of the array.
    coming in: "zeros come in", or what else stands where nothing is left.
    down, along: the shifts that occur, as lists of whole numbers; "all images alike" if there is one pair.
    pairs: how many different ones occur.
    how often: "equally", or "not equally" by a chi-squared test.

    data: an array of shape (num_images, height, width). Before it was moved, every image held the numbers
        1 to height * width, row by row: a pixel tells where it comes from, and the middle one by how much
        the image was moved (by less than half of height and width).

    Raises Unfit for other data.
    """
    images, height, width = _images(data)
    moves = [_move(image, height, width) for image in images]
    pairs = Counter(move for move in moves if move is not None)
    seen: dict[str, Encoded] = {
        "shape": [len(images), height, width],
        "coming in": _coming_in(images, moves, height, width),
    }
    return {"dict": seen | _describe_moves(pairs)}


def remark_on_shifts(data: Encoded) -> str | None:
    """Return in words the first image that is not the given one moved with zeros behind it, or None."""
    images, height, width = _images(data)
    for number, image in enumerate(images):
        move = _move(image, height, width)
        if move is None or image != _moved(move, height, width, _zero):
            return f"image {number} is not the given one moved by whole pixels, with zeros behind it"
    return None


def _images(data: Encoded) -> tuple[list[_Image], int, int]:
    """Return images, and their height and width, from an array of them."""
    if not is_number_array(data) or len(data["shape"]) != 3 or not data["values"]:
        raise Unfit(_WANTED, words_for(data))
    _, height, width = data["shape"]
    values = [plain_number(value) for value in data["values"]]
    size = height * width
    return [values[first : first + size] for first in range(0, len(values), size)], height, width


def _move(image: _Image, height: int, width: int) -> _Move | None:
    """Return how one image was moved, told by its middle pixel; None when that comes from nowhere."""
    middle = image[height // 2 * width + width // 2]
    if not 1 <= middle <= height * width or middle != int(middle):
        return None
    row, column = divmod(int(middle) - 1, width)
    return height // 2 - row, width // 2 - column


def _coming_in(images: Sequence[_Image], moves: Sequence[_Move | None], height: int, width: int) -> str:
    if any(not any(image) for image in images):
        return _EMPTY
    known = [move for move in moves if move is not None]
    if len(known) < len(moves):
        return _OTHER
    for words, outside in ((_ZEROS, _zero), (_WRAPPED, _wrapped), (_EDGE, _edge)):
        made = {move: _moved(move, height, width, outside) for move in set(known)}
        if all(image == made[move] for image, move in zip(images, known, strict=True)):
            return words
    return _OTHER


def _moved(move: _Move, height: int, width: int, outside: _Outside) -> _Image:
    """Return the image after a move; `outside` says what comes from a place beyond its edges."""
    down, along = move
    result: _Image = []
    for row in range(height):
        for column in range(width):
            source = row - down, column - along
            inside = 0 <= source[0] < height and 0 <= source[1] < width
            result.append(source[0] * width + source[1] + 1 if inside else outside(*source, height, width))
    return result


def _zero(row: int, column: int, height: int, width: int) -> int:
    return 0


def _wrapped(row: int, column: int, height: int, width: int) -> int:
    return row % height * width + column % width + 1


def _edge(row: int, column: int, height: int, width: int) -> int:
    return min(max(row, 0), height - 1) * width + min(max(column, 0), width - 1) + 1


def _describe_moves(pairs: Counter[_Move]) -> dict[str, Encoded]:
    """Return the shifts that occur and how often; what is left to chance is left out."""
    down, along = (sorted({pair[axis] for pair in pairs}) for axis in (0, 1))
    expected = pairs.total() / max(1, len(pairs))
    statistic = sum((count - expected) ** 2 / expected for count in pairs.values())
    equally = "not equally" if chi_squared_is_large(statistic, len(pairs) - 1) else "equally"
    one = "all images alike" if len(pairs) == 1 else None
    return {"down": one or [*down], "along": one or [*along], "pairs": len(pairs), "how often": equally}
