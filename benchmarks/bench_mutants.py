"""What the checks see of mistakes that nobody foresaw, and how long it takes to ask all mutants."""

import time
from pathlib import Path

from course.authoring.mutants import AROUND, INSIDE
from course.authoring.mutation_score import MOST_FALSELY, WANTED, WANTED_OF_EACH, measure
from course.directory import find_lessons


def figures():
    started = time.perf_counter()
    tallies = [tally for folder in find_lessons(Path("solutions")) for tally in measure(folder)]
    minutes = (time.perf_counter() - started) / 60
    wrong, rejected = (sum(getattr(tally, name) for tally in tallies) for name in ("wrong", "rejected"))
    yield "wrong mutants rejected", *at_least(rejected / wrong, WANTED)
    for name in (INSIDE, AROUND, "seldom wrong"):
        counts = [tally.by_class[name] for tally in tallies if name in tally.by_class]
        its = sum(count[1] for count in counts) / sum(count[0] for count in counts)
        yield f"wrong mutants rejected, {name}", *at_least(its, WANTED_OF_EACH)
    worst = min(tallies, key=lambda tally: tally.share)
    yield f"the worst exercise, {worst.lesson[:2]} {worst.exercise}", *at_least(worst.share, WANTED_OF_EACH)
    told, falsely = sum(tally.told for tally in tallies), sum(len(tally.falsely_told) for tally in tallies)
    share = falsely / told
    yield "told ones told falsely", 100 * share, "%", f"< {MOST_FALSELY:.0%}", share < MOST_FALSELY
    yield "all mutants of all lessons", minutes, "min", "< 30 min", minutes < 30


def at_least(share, wanted):
    return 100 * share, "%", f">= {wanted:.0%}", share >= wanted
