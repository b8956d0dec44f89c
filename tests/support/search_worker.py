"""One worker of a shared search, as a process of its own: python search_worker.py STORAGE METHOD LOG."""

import sys
import time

from helpers.search import Choice, Integer, Real, Space, run_search

SPACE = Space(x=Real(-5, 5), units=Integer(1, 64, log=True), kind=Choice(("a", "b")))
NUM_TRIALS = 12


class Slow:
    """Three epochs of a parabola; each one is written down, so that a test sees what was computed."""

    num_epochs, num_seeds, description = 3, 5, "a parabola"

    def __init__(self, log=None):
        self.log = log

    def epochs(self, parameters, seed):
        for epoch in range(3):
            if self.log:
                time.sleep(0.1)
                with open(self.log, "a") as file:
                    file.write(f"{parameters['x']!r} {epoch}\n")
            yield (parameters["x"] - 1) ** 2 + seed / 10 + 1 / (epoch + 1), 0.5

    def test_accuracy(self, parameters, seed, num_epochs):
        return 0.5


if __name__ == "__main__":
    storage, method, log = sys.argv[1:]
    search = run_search(
        Slow(log), SPACE, method, NUM_TRIALS, seed=3, storage=storage, name="shared", worker_timeout=20
    )
    print(*(trial.number for trial in search.trials))
