"""The property of images that were moved by random shifts, with something where nothing is left."""

from collections import Counter

from helpers.observation import kind_of
from helpers.properties.chance import chi_squared_is_large
from helpers.properties.reading import Unfit, plain_number, words_for

_WANTED = "an array of images"
_ZEROS, _WRAPPED, _EDGE = (
    "zeros come in",
    "what moves out comes back on the other side",
    "the edge is repeated",
)
_EMPTY, _OTHER = "some are empty", "some are no shift"


def shifts(data):
    """By how much images were moved that show in each pixel where it was.

    data: an array of shape (num_images, height, width). Before it was moved, every image held the numbers
    1 to height * width, row by row: a pixel tells where it comes from, and the middle one by how much the
    image was moved (by less than half of height and width). Gives a dict:
    shape: of the array. coming in: "zeros come in", or what else stands where nothing is left.
    down, along: the shifts that occur, as lists of whole numbers; "all images alike" if there is one pair.
    pairs: how many different ones occur. how often: "equally", or "not equally" by a chi-squared test.

    Raises Unfit for other data.
    """
    images, height, width = _images(data)
    moves = [_move(image, height, width) for image in images]
    pairs = Counter(move for move in moves if move is not None)
    seen = {"shape": data["shape"], "coming in": _coming_in(images, moves, height, width)}
    return {"dict": seen | _which(pairs)}


def remark_on_shifts(data):
    """Which image is not the given one, moved with zeros behind it: the first. None if all are."""
    images, height, width = _images(data)
    for number, image in enumerate(images):
        move = _move(image, height, width)
        if move is None or image != _moved(move, height, width, _zero):
            return f"image {number} is not the given one moved by whole pixels, with zeros behind it"
    return None


def _images(data):
    if kind_of(data) != "array" or data["array"] not in ("int", "float"):
        raise Unfit(_WANTED, words_for(data))
    if len(data["shape"]) != 3 or not data["values"]:
        raise Unfit(_WANTED, words_for(data))
    _, height, width = data["shape"]
    values = [plain_number(value) for value in data["values"]]
    size = height * width
    return [values[first : first + size] for first in range(0, len(values), size)], height, width


def _move(image, height, width):
    """(down, along) of one image, told by its middle pixel; None when that comes from nowhere."""
    middle = image[height // 2 * width + width // 2]
    if not 1 <= middle <= height * width or middle != int(middle):
        return None
    row, column = divmod(int(middle) - 1, width)
    return height // 2 - row, width // 2 - column


def _coming_in(images, moves, height, width):
    if any(not any(image) for image in images):
        return _EMPTY
    if None in moves:
        return _OTHER
    for words, outside in ((_ZEROS, _zero), (_WRAPPED, _wrapped), (_EDGE, _edge)):
        made = {move: _moved(move, height, width, outside) for move in set(moves)}
        if all(image == made[move] for image, move in zip(images, moves, strict=True)):
            return words
    return _OTHER


def _moved(move, height, width, outside):
    """The image after a move; `outside` says what comes from a place beyond its edges."""
    down, along = move
    result = []
    for row in range(height):
        for column in range(width):
            source = row - down, column - along
            inside = 0 <= source[0] < height and 0 <= source[1] < width
            result.append(source[0] * width + source[1] + 1 if inside else outside(*source, height, width))
    return result


def _zero(row, column, height, width):
    return 0


def _wrapped(row, column, height, width):
    return row % height * width + column % width + 1


def _edge(row, column, height, width):
    return min(max(row, 0), height - 1) * width + min(max(column, 0), width - 1) + 1


def _which(pairs):
    """The shifts that occur and how often; what is left to chance is left out."""
    if len(pairs) == 1:
        down = along = "all images alike"
    else:
        down, along = (sorted({pair[axis] for pair in pairs}) for axis in (0, 1))
    expected = pairs.total() / max(1, len(pairs))
    statistic = sum((count - expected) ** 2 / expected for count in pairs.values())
    equally = "not equally" if chi_squared_is_large(statistic, len(pairs) - 1) else "equally"
    return {"down": down, "along": along, "pairs": len(pairs), "how often": equally}
