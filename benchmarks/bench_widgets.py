"""How long each slider takes to answer."""

import time

from helpers import widgets


def figures():
    for name in widgets.__all__:
        if name.endswith("_slider"):
            move = slowest_move(getattr(widgets, name)())
            yield f"slowest move of {name}", 1000 * move, "ms", "< 100 ms", move < 0.1


def slowest_move(widget):
    """Seconds of the slowest move, over every option of every control; of two moves to an option the faster.

    The other may have found another process at work, and the bar is what the widget costs.
    """
    slowest = 0
    for control in widget.controls.values():
        start, taken = control.value, {}
        for _, value in [*control.options, *control.options]:
            began = time.perf_counter()
            control.value = value
            taken.setdefault(value, []).append(time.perf_counter() - began)
        control.value = start
        slowest = max(slowest, *(min(seconds) for seconds in taken.values()))
    return slowest
