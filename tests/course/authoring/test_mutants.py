"""What is changed in an answer: worked out by hand, and by what the changed answers do."""

import ast
import functools
import inspect
from collections import Counter

import numpy as np
import pytest
from mini import LESSONS, ROOT

from course.authoring.mutants import AROUND, INSIDE, Mutant, mutants, sample
from course.authoring.source import read_lesson

STEP = "def step(weight, slope):\n    return weight - slope\n"


@functools.cache
def solutions(lesson):
    """The solutions of a lesson's exercises, by name; quizzes are left out."""
    exercises = read_lesson(ROOT / "solutions" / lesson).exercises.values()
    return {exercise.name: exercise.solution for exercise in exercises if not exercise.is_quiz}


def bodies(source, name):
    """The last statements of the function in the mutants that change an expression or a statement."""
    inside = [mutant for mutant in mutants(source, name) if mutant.kind == INSIDE]
    return [ast.unparse(definition(mutant, name).body[-1]) for mutant in inside]


def definition(mutant, name):
    [found] = [node for node in ast.parse(mutant.source).body if getattr(node, "name", None) == name]
    return found


def run(mutant, name, **names):
    """The function that a mutant defines."""
    namespace = {"np": np, **names}
    exec(mutant.source, namespace)
    return namespace[name]


def named(source, name, words):
    """The mutant of this name."""
    [found] = [mutant for mutant in mutants(source, name) if mutant.name == words]
    return found


def expressions(code):
    """What stands for an expression in its mutants."""
    source = f"def answer(*given):\n    return {code}\n"
    return [body.removeprefix("return ") for body in bodies(source, "answer") if body != "pass"]


def test_which_mutants_has_a_difference_of_two_arguments():
    inside = [mutant for mutant in mutants(STEP, "step") if mutant.kind == INSIDE]

    assert [(mutant.name, mutant.line) for mutant in inside] == [
        ("parameters: nothing -> weight = 1", 1),
        ("parameters: nothing -> slope = 1", 1),
        ("parameters: nothing -> weight, slope = (slope, weight)", 1),
        ("goes on: return weight - slope -> pass", 2),
        ("operator: weight - slope -> weight + slope", 2),
        ("operands exchanged: weight - slope -> slope - weight", 2),
        ("operand dropped: weight - slope -> weight", 2),
        ("operand dropped: weight - slope -> slope", 2),
        ("in place: weight - slope -> operator.isub(weight, slope)", 2),
    ]
    assert [run(mutant, "step")(5, 3) for mutant in inside] == [-2, 4, -2, None, 8, -2, 5, 3, 2]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a < b", ["a <= b", "a > b", "a >= b"]),
        ("a == b", ["a != b", "a <= b", "a >= b"]),
        ("a in b", ["a not in b"]),
        ("a and b", ["a or b", "b", "a"]),
        ("not a", ["a"]),
        ("-a", ["a"]),
        ("2", ["3", "1", "-2", "4"]),
        ("-1", ["0", "-2", "1"]),
        ("0.05", ["-0.05", "0.1", "0.025", "0.5", "0.005", "0.0505"]),
        ("0.0", ["1.0", "-1.0"]),
        ("True", ["False"]),
        ("'alone'", []),
        ("['a', 'b']", ["['b', 'a']", "['a']", "['b', 'b']", "['a', 'a']"]),
        ("math.inf", ["100", "1000.0", "-math.inf"]),
        ("float('inf')", ["100", "1000.0", "-float('inf')", "'inf'"]),
        ("f(a, b)", ["f(b, a)", "f(a)"]),
        (
            "a.sum(axis=0)",
            [
                "a.sum()",
                "a.sum(axis=1)",
                "a.sum(axis=-1)",
                "a.sum(axis=0, keepdims=True)",
                "a.mean(axis=0)",
                "a.max(axis=0)",
            ],
        ),
        ("np.array(a)", ["np.array(a, dtype=int)", "np.array(a, dtype=np.float32)", "a"]),
        ("a.copy()", ["a"]),
        ("a.astype(int)", ["a.astype(float)", "a.astype(np.float32)", "a"]),
        ("a.mean()", ["a.sum()", "np.median(a)"]),
        ("np.argmin(a)", ["np.argmax(a)"]),
        ("np.abs(a)", ["a"]),
        (
            "math.floor(a)",
            [
                "math.ceil(a)",
                "a",
                "int(a)",
                "round(a)",
                "int(np.ceil(a))",
                "int(a) + 1",
            ],
        ),
        ("math.exp(a)", ["math.log(a)", "math.expm1(a)", "a"]),
        ("sorted(a)", ["a", "sorted(a, reverse=True)"]),
        ("range(a)", ["reversed(range(a))", "range(1, a)", "range(a + 1)", "range(a - 1)", "range(0, a, 2)"]),
        ("a[b]", ["a[b + 1]", "a[b - 1]"]),
        ("a[b:]", ["a[:]", "a[b + 1:]", "a[b - 1:]"]),
        ("a[::-1]", ["a[:]", "a[::0]", "a[::-2]", "a[::1]"]),
        ("a @ b", ["a * b", "b @ a", "a", "b", "a.T @ b", "a @ b.T"]),
        ("a if b else c", ["a if True else c", "a if False else c", "a if not b else c"]),
        ("{'a': b, 'c': d}", ["{'c': d}", "{'a': b}"]),
        ("[]", ["globals().setdefault('kept', [])"]),
        ("f'{a:.3f} of 7'", []),
    ],
)
def test_what_may_stand_for_an_expression(code, expected):
    assert expressions(code) == expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("a += b", ["a -= b", "a *= b", "pass", "a = b"]),
        ("a.append(b)", ["pass"]),
        ("if a:\n    b()", [
            "if True:\n    b()", "if False:\n    b()", "if not a:\n    b()", "pass", "if a:\n    pass",
        ]),
        ("while a():\n    break", [
            "while False:\n    break", "while not a():\n    break", "pass",
            "while a():\n    break\n    break", "while a():\n    pass", "while a():\n    continue",
        ]),
        ("for each in a:\n    b()", [
            "for each in a[1:]:\n    b()", "for each in a[:-1]:\n    b()", "pass",
            "for each in a:\n    b()\n    break", "for each in a:\n    pass",
        ]),
    ],
)  # fmt: skip
def test_what_may_stand_for_a_statement(statement, expected):
    source = "def answer(*given):\n" + "\n".join(f"    {line}" for line in statement.splitlines())

    assert bodies(source, "answer") == expected


def test_an_assignment_is_dropped_where_the_name_has_a_value_all_the_same():
    source = "def answer(a):\n    b = 1\n    a = list(a)\n    return a, b\n"

    dropped = [mutant.line for mutant in mutants(source, "answer") if mutant.name.startswith("dropped")]

    assert dropped == [3]


@pytest.mark.parametrize(
    ("words", "change", "given", "result"),
    [
        ("result clipped to [0, 1]", lambda a, b: a + b, (3.0, -0.5), 1.0),
        ("result clipped to [-10, 10]", lambda a, b: a + b, (30, 5), 10),
        ("result rounded to 3 digits", lambda a, b: a + b, (0.12345, 1), 1.123),
        ("result as int", lambda a, b: a + b, (0.75, 1), 1),
        ("result negated", lambda a, b: {"a": (a, [b])}, (1, 2), {"a": (-1, [-2])}),
        ("a clipped to [-100, 100]", lambda a, b: a + b, (1e6, 1), 101.0),
        ("first 10 of a", lambda a, b: sum(a), ([1] * 12, 0), 10),
        ("first element of the result", lambda a, b: [a, b], (1, 2), 1),
        ("0 for an argument of one element", lambda a, b: 7, ([5], 1), 0),
        ("the element of an argument of one", lambda a, b: 7, ([5], 1), 5),
    ],
)
def test_what_is_changed_around_a_function(words, change, given, result):
    source = "def answer(a, b):\n    return change(a, b)\n"

    found = run(named(source, "answer", words), "answer", change=change)(*given)

    assert found == result
    assert type(found) is type(result)


def test_what_a_function_remembers():
    def fresh(words):
        return run(named(STEP, "step", words), "step")

    once, by_weight, kept = map(
        fresh, ("first result kept", "remembered by weight alone", "slope as in the first call")
    )

    assert [once(5, 1), once(7, 2)] == [4, 4]
    assert [by_weight(5, 1), by_weight(5, 2), by_weight(7, 2)] == [4, 4, 5]
    assert [kept(5, 1), kept(5, 2), kept(7, 2)] == [4, 4, 6]


def test_the_global_generator_and_generators_of_its_own_take_the_place_of_the_given_one():
    source = "def draw(num, rng):\n    return rng.integers(100, size=num)\n"
    found = {
        mutant.source: run(mutant, "draw") for mutant in mutants(source, "draw") if "random" in mutant.source
    }

    np.random.seed(3)  # noqa: NPY002, it is the state that a mutant draws from
    given = [function(3, np.random.default_rng(5)).tolist() for function in found.values()]
    np.random.seed(3)  # noqa: NPY002

    assert given[0] == np.random.default_rng(0).integers(100, size=3).tolist()
    assert given[2] == np.random.randint(100, size=3).tolist()  # noqa: NPY002
    assert ["default_rng()" in source for source in found] == [False, True, False]


def test_helpers_beside_the_function_are_changed_and_marks_of_the_bank_left_out():
    source = (
        "def half(number):\n    return number / 2\n\n"
        '@e.right\ndef answer(number):\n    """A quarter."""\n    return half(half(number))\n'
    )

    found = mutants(source, "answer")

    assert "operator: number / 2 -> number * 2" in [mutant.name for mutant in found if mutant.line == 2]
    assert all(definition(mutant, "answer").decorator_list == [] for mutant in found)
    assert all(ast.get_docstring(definition(mutant, "answer")) for mutant in found)
    assert callable(run(found[-1], "answer"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_mutants_of_every_exercise(lesson):
    for name, solution in solutions(lesson).items():
        found = mutants(solution, name)
        trees = [ast.dump(ast.parse(mutant.source)) for mutant in found]

        print(name, len(found), dict(Counter(mutant.kind for mutant in found)))  # with pytest -rP
        # Most for nine arguments: each is ignored, fixed and exchanged once.
        assert 30 <= len(found) <= 300, name
        assert len({*trees, ast.dump(ast.parse(solution))}) == len(found) + 1, name
        for mutant in found:
            assert callable(run(mutant, name, math=None))
            assert 1 <= mutant.line <= len(solution.splitlines())
            assert "\n" not in mutant.name
        assert found == sorted(found, key=lambda mutant: mutant.kind == AROUND), name


def test_the_same_mutants_come_every_time():
    solution = solutions("00-start-here")["predict"]

    assert mutants(solution, "predict") == mutants(solution, "predict")


# An exercise that the course once had.
PLATEAU_RATES = """
def plateau_rates(val_losses, initial_rate, factor=0.5, patience=3):
    rates, rate = [], initial_rate
    lowest, epochs_without = math.inf, 0
    for loss in val_losses:
        rates.append(rate)
        if loss < lowest:
            lowest, epochs_without = loss, 0
        else:
            epochs_without += 1
        if epochs_without == patience:
            rate, epochs_without = rate * factor, 0
    return rates
"""
SURVIVED = {
    "a result clipped": ("gradient_step", "result clipped to [-100, 100]"),
    "an argument clipped": ("iterations_per_epoch", "batch_size clipped to [-10, 10]"),
    "an early return for one element": ("best_epoch", "0 for an argument of one element"),
    "remembered by one argument alone": ("gradient_step", "remembered by weight alone"),
    "squeezed": ("predict", "result squeezed"),
    "rounded": ("mean_squared_error", "result rounded to 3 digits"),
    "a sentinel of 100": ("plateau_rates", "known number: math.inf -> 100"),
    "a list for an array": ("activation_stds", "call left out: np.array(stds) -> stds"),
    "float places": ("minibatches", "result as float"),
    "a patience in the code": ("plateau_rates", "parameters: nothing -> patience = 3"),
    "right in the first ten epochs": ("plateau_rates", "first 10 of val_losses"),
    "a tie": ("plateau_rates", "comparison: loss < lowest -> loss <= lowest"),
    "a left-over of one": ("minibatches", "last part of one left out"),
    "a sum that is not rounded": (
        "total_iterations",
        "call left out: round(num_examples * (1 - validation_split)) -> "
        "num_examples * (1 - validation_split)",
    ),
    "the argument instead of a copy": ("shift_images", "argument handed back where it is equal"),
}


@pytest.mark.parametrize(("name", "words"), SURVIVED.values(), ids=SURVIVED)
def test_what_once_passed_is_among_the_mutants(name, words):
    sources = dict(item for lesson in LESSONS for item in solutions(lesson).items())
    sources["plateau_rates"] = PLATEAU_RATES

    assert words in [mutant.name for mutant in mutants(sources[name], name)]


def test_a_search_of_the_best_epoch_may_begin_one_too_late():
    source = (
        "def best_epoch(losses):\n    best = 0\n    for epoch in range(1, len(losses)):\n"
        "        if losses[epoch] < losses[best]:\n            best = epoch\n    return best\n"
    )

    late = named(source, "best_epoch", "constant: 1 -> 2")

    assert "range(2, len(losses))" in late.source
    assert run(late, "best_epoch")([3, 1, 2]) == 2


def test_wrappers_keep_the_signature_and_leave_alone_what_they_do_not_fit():
    source = "def answer(make, *, name='a'):\n    return make\n"
    values = [object(), "text", None]

    around = [mutant for mutant in mutants(source, "answer") if mutant.kind == AROUND]

    assert around
    for mutant in around:
        assert str(inspect.signature(run(mutant, "answer"))) == "(make, *, name='a')"
        assert [run(mutant, "answer")(value) for value in values] == values


def made(kind, line, count):
    return [Mutant(f"{kind} {line} {number}", line, kind, "") for number in range(count)]


def test_a_sample_is_of_all_kinds_and_lines_alike():
    many = [*made(INSIDE, 2, 90), *made(INSIDE, 3, 3), *made(INSIDE, 4, 9), *made(AROUND, 1, 20)]

    chosen = sample(many, 18, seed=1)

    assert Counter((mutant.kind, mutant.line) for mutant in chosen) == {
        (INSIDE, 2): 3,
        (INSIDE, 3): 3,
        (INSIDE, 4): 3,
        (AROUND, 1): 9,
    }
    assert chosen == [mutant for mutant in many if mutant in chosen]
    assert chosen == sample(many, 18, seed=1) != sample(many, 18, seed=2)
    assert sample(many, 500, seed=1) == many
