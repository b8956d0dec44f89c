"""Which names of a notebook a cell assigns and takes, and where it matters when a cell is run."""

import pytest

from course.authoring.names import clashes, names_of


@pytest.mark.parametrize(
    ("source", "assigned", "taken"),
    [
        ("one = other", {"one"}, {"other"}),
        ("one, (two, *rest) = pair", {"one", "two", "rest"}, {"pair"}),
        ("for name in names:\n    total += name", {"name", "total"}, {"names", "total"}),
        ("total = 0\nfor name in names:\n    total += name", {"name", "total"}, {"names"}),
        ("def f(x):\n    x += 1\n    return x", {"f"}, set()),
        ("import numpy as np\nfrom math import pi\nnp.sqrt(pi)", {"np", "pi"}, set()),
        # What a function calls its own is nobody else's.
        ("def f(x):\n    y = x + z\n    return y", {"f"}, {"z"}),
        ("f = lambda x: x + z", {"f"}, {"z"}),
        ("squares = [x**2 for x in values if x > low]", {"squares"}, {"values", "low"}),
        ("by = {x: {y for y in x} for x in values}", {"by"}, {"values"}),
        ("x = [x for x in values]\nlast = [x[0] for x in x]", {"x", "last"}, {"values"}),
        ("def outer():\n    x = 1\n    return lambda: x + z", {"outer"}, {"z"}),
        ("def f():\n    global counter\n    counter = 1", {"f"}, set()),
        ("class A:\n    size = z", {"A"}, {"z"}),
        ("one = 1\nprint(one)", {"one"}, {"print"}),
        ("no python", set(), set()),
    ],
)
def test_which_names_are_a_cells_own(source, assigned, taken):
    assert names_of(source) == (assigned, taken)


CELLS = [
    "curves = load()",
    "curves = 1, 2\ncheck(curves)",
    "check(curves)",
    "own = 3\ncheck(own)",
    "print(own)",
]


@pytest.mark.parametrize(
    ("place", "found"),
    [
        (0, [("curves", 2)]),
        (1, [("curves", 2)]),
        (2, [("curves", 1)]),
        (3, [("own", 4)]),
        (4, []),
    ],
)
def test_is_a_name_in_the_way_found(place, found):
    assert list(clashes([names_of(cell) for cell in CELLS], place)) == found
