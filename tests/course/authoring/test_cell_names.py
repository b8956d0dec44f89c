"""Which names of a notebook a cell assigns and takes, and where it matters when a cell is run."""

import pytest

from course.authoring.cell_names import clashes, names_of


@pytest.mark.parametrize(
    ("source", "assigned", "taken"),
    [
        ("one = other", {"one"}, {"other"}),
        ("one, (two, *rest) = pair", {"one", "two", "rest"}, {"pair"}),
        ("for name in names:\n    total += name", {"name", "total"}, {"names", "total"}),
        ("total = 0\nfor name in names:\n    total += name", {"name", "total"}, {"names"}),
        ("total = total + 1", {"total"}, {"total"}),
        ("total += 1\ntotal = 0", {"total"}, {"total"}),
        ("print(total)\ntotal = 0", {"total"}, {"total", "print"}),
        ("values = [x + 1 for x in values]", {"values"}, {"values"}),
        ("import total\ntotal += 1", {"total"}, set()),
        ("import total.inner\ntotal += 1", {"total"}, set()),
        ("from a import b as total\ntotal += 1", {"total"}, set()),
        ("def total():\n    pass\ntotal += 1", {"total"}, set()),
        ("for i in (1, 2):\n    i += 1\nif (n := 3) > n:\n    n += 1", {"i", "n"}, set()),
        ("with one as two:\n    two += 1", {"two"}, {"one"}),
        ("try:\n    pass\nexcept OSError as error:\n    print(error)", {"error"}, {"OSError", "print"}),
        ("match one:\n    case [a, *b] as c:\n        c += a + b", {"a", "b", "c"}, {"one"}),
        ("total: int = 0\ntotal += 1", {"total"}, {"int"}),
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
