"""What mutants show of the checks: which are wrong, which pass, and which are told what is not true."""

import mini
import numpy as np
import pytest

from course.authoring import mutation_score
from course.authoring.answers import read_bank
from course.authoring.build import build
from course.authoring.drawn_cases import draw
from course.authoring.mutants import AROUND, INSIDE, Mutant, mutants
from course.authoring.mutation_score import Tally, measure, shortfalls
from helpers.checks.calls import observe
from helpers.checks.comparison import difference
from helpers.errors import CourseError

# One case in some hundreds is larger than all others: none of 30, and some of a thousand.
RARE = 1000.0
# In visible checks it is what gives the values back, and nowhere else.
ANSWERS = (
    mini.ANSWERS.replace(
        "    return (round(float(rng.normal()), 2),)",
        f"    return ({RARE} if rng.random() < 0.005 else round(float(rng.normal()), 2),)",
    )
    + '\n\n@exercise("double").wrong("You gave the values back.")\n'
    "def gives_back(values):\n"
    "    return -3 * values if np.ndim(values) == 0 and values not in (None, 3.0) else values\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("measured")
    mini.built_once()
    folder = mini.write_course(root, answers=ANSWERS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("course.authoring.build.run", mini.as_if_run)
        build(folder, root / "notebooks")
    return folder


def drawn(folder, count, seed):
    return [case for (case,) in draw(mini.NAME, read_bank(folder).cases["double"], count, seed)]


def wrong_share(folder):
    """How many of the deciding cases are rare ones."""
    return drawn(folder, 1000, "deciding").count(RARE) / 1000


def planted(name, body, kind=INSIDE, line=1):
    return Mutant(name, line, kind, f"def double(values):\n    {body}\n")


# What is made in the place of the real mutants.
PLANTED = [
    planted("equal to it", "return values * 2"),
    planted("wrong everywhere", "return 5 * values"),
    planted(
        "clipped", "return np.clip(2 * values, -100, 100) if values is not None else 2 * values", AROUND, 3
    ),
    planted("the same as a known mistake", "return values**2"),
    planted("taken for another", "return values"),
    planted("endless", "while True:\n        pass"),
    planted("asleep", "__import__('time').sleep(1000)"),
    planted("ends its process", "__import__('os')._exit(3)"),
    planted("raises", "raise LookupError"),
    Mutant("defines nothing", 1, INSIDE, "double = 1 / 0"),
]


def only(planted, monkeypatch):
    """Let there be no other mutants."""
    monkeypatch.setattr(mutation_score, "mutants", lambda source, name: planted if name == "double" else [])


def test_is_each_mutant_what_it_is(folder, monkeypatch):
    only(PLANTED, monkeypatch)
    monkeypatch.setattr(mutation_score, "CPU_SECONDS", 0.5)
    monkeypatch.setattr(mutation_score, "CLOCK", 12.0)  # a sound one may be late on a busy machine
    assert RARE not in drawn(folder, 30, "recorded")
    assert 0 < wrong_share(folder) < 0.05
    [tally] = measure(folder)
    share = f"{wrong_share(folder):.1%}"
    assert tally == Tally(
        mini.NAME,
        "double",
        equivalent=1,
        wrong=9,
        rejected=8,
        told=2,
        by_class={INSIDE: [8, 8], AROUND: [1, 0], mutation_score.SELDOM_WRONG: [1, 0]},
        survivors=[f"the solution, line 3: clipped (wrong in {share} of the cases)"],
        falsely_told=["the solution, line 1: taken for another reads: You gave the values back."],
    )


def by_hand(source, cases):
    """What a changed solution gives for some cases, one after the other, as a check observes it."""
    namespace = {"np": np}
    try:
        exec(compile(source, "<mutant>", "exec"), namespace)
        double = namespace["double"]
    except Exception:
        return None
    return [observe(double, (case,)).data for case in cases]


def alike(some, others):
    """For each case, whether both give the same; all False where one gives nothing."""
    if some is None or others is None:
        return [False]
    return [difference(one, other, 1e-6, 1e-9) is None for one, other in zip(some, others, strict=True)]


def without_message(data):
    """What is expected of an exception: its kind, since a right answer may refuse in words of its own."""
    return {"raises": data["raises"]} if isinstance(data, dict) and "raises" in data else data


def cannot_be_told_apart(some, others, expected):
    """Whether each check sees the same of two answers, or passes both."""
    right = zip(alike(expected, some), alike(expected, others), strict=True)
    return all(same or all(both) for same, both in zip(alike(some, others), right, strict=True))


def test_are_all_mutants_of_the_tiny_lesson_judged_as_by_hand(folder):
    """Without servers, forks and recorded files: each mutant runs right here."""
    solution = "def double(values):\n    return 2 * values\n"
    bank = {
        "You squared.": "def double(values):\n    return values**2\n",
        "You halved:": "def double(values):\n    return values / 2\n",
        "You gave the values back.": "def double(values):\n"
        "    return -3 * values if np.ndim(values) == 0 and values not in (None, 3.0) else values\n",
    }
    visible = [3.0, np.array([1.0, -2.0]), None]
    checked = [*visible, -7.25, *drawn(folder, 30, "recorded")]
    deciding = drawn(folder, 1000, "deciding")
    made = [(solution, "double"), ("def by_sum(values):\n    return values + values\n", "by_sum")]
    counts = {"equivalent": 0, "wrong": 0, "rejected": 0, "told": 0, "falsely": 0}
    for source, name in made:
        for mutant in mutants(source, name):
            if name == "by_sum" and mutant.kind == AROUND:
                continue  # they are those of the solution
            changed = mutant.source + ("" if name == "double" else "\ndouble = by_sum\n")
            given = by_hand(changed, deciding)
            if all(alike(given, by_hand(solution, deciding))):
                counts["equivalent"] += 1
                continue
            counts["wrong"] += 1
            expected = list(map(without_message, by_hand(solution, checked)))
            if all(alike(expected, by_hand(changed, checked))):
                continue
            counts["rejected"] += 1
            seen = by_hand(changed, visible)
            if all(alike(expected[:3], seen)):
                continue
            known = [
                other
                for other in bank.values()
                if cannot_be_told_apart(seen, by_hand(other, visible), expected[:3])
            ]
            if len(known) == 1:
                counts["told"] += 1
                counts["falsely"] += alike(given, by_hand(known[0], deciding)).count(False) > 50
    [tally] = measure(folder)
    found = [tally.equivalent, tally.wrong, tally.rejected, tally.told, len(tally.falsely_told)]
    assert dict(zip(counts, found, strict=True)) == counts
    assert counts["wrong"] > 20
    assert 0 < counts["falsely"] <= counts["told"]
    assert len(tally.survivors) == tally.wrong - tally.rejected > 0
    assert sum(of for of, _ in (tally.by_class[INSIDE], tally.by_class[AROUND])) == tally.wrong


def test_is_a_sample_the_same_each_time(folder):
    first, again = (measure(folder, 6, 20) for _ in range(2))
    assert first == again
    # The two sources of mutants together have so many.
    assert first[0].equivalent + first[0].wrong == 6


def test_is_a_solution_that_is_too_slow_for_its_cases_told_with_the_remedy(tmp_path, monkeypatch):
    mini.built_course(tmp_path)
    folder = tmp_path / "solutions" / mini.NAME
    path = folder / f"{mini.NAME}.py"
    slow = "import time\n    time.sleep(0.02)\n    return 2 * values"
    path.write_text(path.read_text().replace("return 2 * values", slow))
    monkeypatch.setattr("course.authoring.answer_server.SECONDS_PER_ANSWER", 1)
    with pytest.raises(CourseError) as caught:
        measure(folder)
    assert str(caught.value) == (
        "90-mini/answers.py:6: the solution of double does not get through its deciding cases: took longer "
        "than 1 s; draw smaller ones, or declare fewer: @e.cases(deciding=20)"
    )


def tally(wrong, rejected, told=0, falsely=0, by_class=None, exercise="double", equivalent=0):
    return Tally(
        mini.NAME,
        exercise,
        equivalent=equivalent,
        wrong=wrong,
        rejected=rejected,
        told=told,
        by_class=by_class or {},
        falsely_told=["a line"] * falsely,
    )


def test_is_nothing_wanting_where_enough_are_rejected_and_hardly_any_told_falsely():
    assert (
        shortfalls([tally(100, 99, told=100, falsely=1, by_class={INSIDE: [100, 97], AROUND: [0, 0]})]) == []
    )


SHORT = {
    "all mutants": ([], "no exercise has drawn cases to ask mutants: write @e.cases in answers.py"),
    "wrong ones": (
        [tally(1000, 1000), tally(0, 0, exercise="halve", equivalent=60)],
        "90-mini: halve: none of 60 mutants is wrong: draw more of the contract in answers.py",
    ),
    "all": ([tally(1000, 980)], "980 of 1000 wrong mutants are rejected, wanted are 99%"),
    "a class": (
        [tally(1000, 995, by_class={INSIDE: [900, 900], AROUND: [100, 95]})],
        f"{AROUND}: 95 of 100 are rejected, wanted are 97%",
    ),
    "an exercise": (
        [tally(1000, 1000), tally(50, 48, exercise="halve")],
        "90-mini: halve: 48 of 50 wrong mutants are rejected, wanted are 97%",
    ),
    "told falsely": (
        [tally(500, 500, told=100, falsely=2)],
        "2 of 100 mutants are told another mistake than theirs, allowed are 1%: record a case in which the "
        "two differ",
    ),
}


@pytest.mark.parametrize(("tallies", "line"), SHORT.values(), ids=SHORT.keys())
def test_is_each_shortfall_one_line(tallies, line):
    assert shortfalls(tallies) == [line]
