"""Is it seen when a lesson depends on the processor, or when an assertion holds by luck?"""

import ast
import io
import json
import math
import os
import subprocess
import sys

import mini
import nbformat
import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from course import cli
from course.authoring import cli as authors
from course.authoring import processors
from course.authoring.assertion_margins import Claims, Watched
from course.authoring.build import build
from course.authoring.processors import Assertion, Report, examine
from helpers import instructions


def seen(tmp_path, code, **names):
    """What watched code writes down of its assertions."""
    path = tmp_path / "claims.jsonl"
    tree = ast.fix_missing_locations(Watched().visit(ast.parse(code)))
    exec(compile(tree, "lesson", "exec"), {"np": np, "__claims__": Claims(path)} | names)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


ASSERTIONS = [
    "assert low < high",
    "assert high < low",
    "assert low < high < 3",
    "assert low <= 1 and high >= 7, 'said'",
    "assert high < low and 1 / 0",
    "assert abs(low - high) < 0.5",
    "assert (values > low).all()",
    "assert (values < 3).all()",
    "assert all(value < 5 for value in values)",
    "assert all(value < 3 for value in values)",
    "assert (values > 2).sum() >= 2",
    "assert not low > high",
    "assert low == 1 and values is not None",
    "assert isinstance(low, int)",
    "assert np.isclose(low, high)",
    "assert high < low or low < 3",
    "assert high < low or values is None",
    "assert low < high or 1 / 0 > 1",
    "assert values is not None or low.missing < 3",
    "assert np.all(values > low)",
    "assert np.all(values < 3)",
    "assert all([value < 5 for value in values])",
    "assert not high < low",
    "assert not (values > 4).any()",
    "assert not np.any(values > 3)",
    "assert not (values > 3).all()",
]


@pytest.mark.parametrize("code", ASSERTIONS)
def test_does_a_watched_assertion_hold_when_it_holds(tmp_path, code):
    names = {"low": 1, "high": 2, "values": np.array([2.0, 3.0, 4.0])}
    try:
        exec(code, {"np": np} | names)
        holds = True
    except AssertionError:
        holds = False
    [record] = seen(tmp_path, code, **names)
    assert record["holds"] is holds


@pytest.mark.parametrize(
    ("code", "differences"),
    [
        ("assert 1 < 3.5", [2.5]),
        ("assert 5 >= 1", [4]),
        ("assert 5 <= 1", [-4]),
        ("assert 1 < 4 < 5", [3, 1]),
        ("assert 2 > 1 and 7 < 10", [1, 3]),
        ("assert (np.array([3, 9]) > np.array([1, 8])).all()", [1]),
        ("assert all(1 < value < 9 for value in (2, 5, 6))", [1, 3]),
        ("assert 3 == 3", []),
        ("assert 2 > 1 or 4 < 9", [5]),
        ("assert 9 < 4 or 2 < 1", [-1]),
        ("assert 3 == 3 or 2 < 1", []),
        ("assert 1 < 2 or 3 == 3", []),
        ("assert 3 == 4 or 1 < 2 < 9", [1]),
        ("assert 1 < 2 or 1 / 0 < 1", [1]),
        ("assert np.all(np.array([3, 9]) > np.array([1, 8]))", [1]),
        ("assert all([1 < value < 9 for value in (2, 5, 6)])", [1, 3]),
        ("assert np.isclose(1, 1)", []),
        ("assert all(value == 2 or 1 < value for value in (2, 5))", [4]),
        ("assert all(value == 5 or 1 < value for value in (2, 5))", [1]),
        ("assert all(value == 2 or 1 < value for value in (2, 2))", []),
    ],
)
def test_is_the_margin_what_is_left_to_the_limit(tmp_path, code, differences):
    [record] = seen(tmp_path, code)
    assert [difference for difference, _ in record["margins"]] == differences


def test_is_what_grows_by_factors_judged_by_its_logarithm(tmp_path):
    [record] = seen(tmp_path, "assert 1e10 < 1e13")
    assert record["margins"][0][1] == pytest.approx(math.log(1000))
    [record] = seen(tmp_path, "assert -1 < 2")
    assert record["margins"] == [[3.0, None]]


def test_does_a_loop_write_each_round_down(tmp_path):
    records = seen(tmp_path, "for limit in (3, 2):\n    assert 1 < limit")
    assert [record["margins"][0][0] for record in records] == [2.0, 1.0]


@pytest.mark.parametrize(
    ("margins", "reseeded", "expected"),
    [
        ([2.0, 1.0], [0.5, 1.5, 2.5], 1.0),  # the deviation is 1, the least margin 1
        ([9.0, 9.0], [0.5, 1.5, 2.5], 1.5),  # lucky seeds: the mean of the others is closer
        ([2.0, 2.0], [2.0, 2.0, 2.0], math.inf),  # nothing is random
        ([0.0, 0.0], [0.0, 0.0, 0.0], math.inf),  # not even at the limit itself
        ([-1.0, 2.0], [2.0, 2.0, 2.0], -math.inf),  # but it does not hold
        ([2.0, None], [2.0, 1.0, 2.0], -math.inf),  # a loss that is no number
    ],
)
def test_are_standard_errors_counted(margins, reseeded, expected):
    def of_runs(values):
        return [[[value, None]] for value in values]

    assert processors._standard_errors(of_runs(margins), of_runs(reseeded)) == pytest.approx(expected)


def test_is_an_assertion_not_sure_that_compares_nothing_in_some_run(tmp_path):
    def run(*losses):
        return seen(tmp_path, "assert all(loss < 1 for loss in losses)", losses=losses)

    losses = (0.5, 0.99, 0.1, 0.95, 0.3, 0.9, 0.7)
    [measured] = processors._assertions({"AVX2": run(0.9)}, [*map(run, losses), run(0.6)])
    assert 0 < measured.standard_errors < 1
    [empty] = processors._assertions({"AVX2": run(0.9)}, [*map(run, losses), run()])
    assert not empty.is_safe
    assert processors._complaint(empty) == "no finite margin in some run"


def test_is_an_assertion_in_a_loop_as_safe_as_the_round_that_no_other_run_reaches(tmp_path):
    def run(rounds):
        return seen(tmp_path, f"for _ in range({rounds}):\n    assert isinstance(1, int)")

    assert [each.reached for each in processors._assertions({"AVX2": run(3)}, [run(3)] * 8)] == [8]
    [reached] = processors._assertions({"AVX2": run(3)}, [run(1)] * 8)
    assert not reached.is_safe
    assert processors._complaint(reached) == "reached in none of 8 runs with other seeds"


@pytest.mark.parametrize(
    ("assertion", "is_safe"),
    [
        (Assertion("a", (), 3.1, 0), True),
        (Assertion("a", (), 2.9, 0), False),
        (Assertion("a", ("AVX",), 9.0, 0), False),
        (Assertion("a", (), math.nan, 0), True),
        (Assertion("a", (), math.nan, 1), False),
        (Assertion("a", (), math.nan, 0, reached=0), False),
        (Assertion("a", (), 3.1, 1), True),  # of eight runs one may be out, where the limit is wide
    ],
)
def test_is_an_assertion_safe_that_holds_everywhere_and_by_enough(assertion, is_safe):
    assert assertion.is_safe is is_safe


EXPERIMENTS = """
# %%
draws = np.random.default_rng(0).normal(size=100)
assert draws.mean() < 1, "ten standard errors from its limit"
assert draws.mean() < draws.mean() + 1e-3 * draws[0] + 1e-3, "about one"
assert (draws[0] * 1e6) % 2 < 3

# %%
import os
print("computed with", os.environ["XLA_FLAGS"].split("=")[-1])

# %% tags=["nbval-ignore-output"]
print("says nothing that is compared:", os.environ["XLA_FLAGS"])
assert not os.environ["XLA_FLAGS"].endswith("SSE4_2")
"""
# Graded cells are left out where a lesson runs with other seeds.
BEHIND_AN_EXERCISE = """
# %%
if solved("double"):
    assert double(np.random.default_rng(1).normal(size=100).mean()) < 2

# %% solution="quiz_1"
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A lesson with a sure assertion, a lucky one, and two cells that depend on the instruction set."""
    root = tmp_path_factory.mktemp("course")
    source = mini.SOURCE.replace('# %%\nprint("an experiment")\n', EXPERIMENTS)
    source = source.replace("import check, check_drawn", "import check, check_drawn, solved")
    source = source.replace('\n# %% solution="quiz_1"\n', BEHIND_AN_EXERCISE)
    folder = mini.write_course(root, source)
    build(folder, root / "notebooks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instructions, "available", lambda: ("SSE4.2", "AVX2"))
        patch.setattr(processors, "NUM_RESEEDED", 4)
        [report] = examine([folder])
    return report


@pytest.mark.slow
def test_is_an_assertion_found_that_holds_by_luck(report):
    by_text = {assertion.text: assertion for assertion in report.assertions}
    sure = by_text["draws.mean() < 1"]
    assert sure.is_safe
    assert 4 < sure.standard_errors < 100  # the deviation of a mean of 100 is 0.1, estimated from four
    [lucky] = [assertion for text, assertion in by_text.items() if text.endswith("+ 0.001")]
    assert lucky.standard_errors < 3
    assert f"assert {lucky.text}" in "\n".join(report.failures)


@pytest.mark.slow
def test_is_an_assertion_measured_that_stands_behind_an_exercise(report):
    [behind] = [assertion for assertion in report.assertions if assertion.text.startswith("double(")]
    assert behind.reached == 4
    assert 4 < behind.standard_errors < 100


@pytest.mark.slow
def test_is_a_lesson_found_that_depends_on_the_instruction_set(report):
    [wrong] = [assertion for assertion in report.assertions if assertion.fails_on]
    assert wrong.fails_on == ("SSE4.2",)
    said = "\n".join(report.failures)
    assert "does not hold with SSE4.2: assert not os.environ['XLA_FLAGS'].endswith('SSE4_2')" in said
    assert said.count("shows something else") == 1
    assert "with SSE4.2: cell 4 shows something else: import os" in said


def test_may_one_ask_twice_what_a_cell_shows():
    def stream(text):
        return nbformat.v4.new_output("stream", name="stdout", text=text)

    cell = nbformat.v4.new_code_cell("print(1)", outputs=[stream("1"), stream("\n"), stream("2\n")])
    assert processors._texts(cell) == processors._texts(cell)
    assert [output.text for output in cell.outputs] == ["1", "\n", "2\n"]


def test_does_the_course_compute_alike_on_every_processor(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    environment = {"XLA_FLAGS": "--xla_other=1"}
    instructions.use_common(environment)
    assert environment == {"XLA_FLAGS": "--xla_other=1 --xla_cpu_max_isa=AVX2", "ONEDNN_MAX_CPU_ISA": "AVX2"}
    instructions.use_common(environment)
    assert environment["XLA_FLAGS"].count("xla_cpu_max_isa") == 1


def test_may_somebody_choose_another_instruction_set(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    environment = instructions.settings("AVX", {"XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2 --xla_other=1"})
    assert environment == {
        "XLA_FLAGS": "--xla_other=1 --xla_cpu_max_isa=AVX",
        "ONEDNN_MAX_CPU_ISA": "AVX",
        "OPENBLAS_CORETYPE": "Sandybridge",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    }
    chosen = dict(environment)
    instructions.use_common(chosen)
    assert chosen == environment


def test_is_a_processor_of_another_kind_left_alone(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    environment = {}
    instructions.use_common(environment)
    assert environment == {}


@pytest.mark.parametrize(
    ("machine", "names"),
    [
        ("x86_64", ["SSE4.2", "AVX", "AVX2", "all"]),
        ("AMD64", ["SSE4.2", "AVX", "AVX2", "all"]),
        ("aarch64", ["all"]),
    ],
)
def test_are_only_instructions_tried_that_the_machine_may_have(machine, names, monkeypatch):
    asked = []

    def run_all(lessons, name, shifts, track):
        asked.append(name)
        return [[] for _ in shifts]

    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr(processors, "_run_all", run_all)
    monkeypatch.setattr(processors.subprocess, "run", lambda *_, env, **__: asked.append(env) or Ended)
    assert examine([]) == []
    assert asked == [*names, "AVX2" if "AVX2" in names else "all"]
    asked.clear()
    assert processors.prove_everywhere([]) == []
    isas = [environment["XLA_FLAGS"].split("=")[-1] for environment in asked]
    assert isas == (["SSE4_2", "AVX", "AVX2", ""] if len(names) > 1 else [""])


@pytest.mark.skipif(not instructions.is_x86(), reason="no x86-64 processor")
def test_do_numpy_and_openblas_use_no_more_than_they_are_told():
    """By what both of them say of themselves in a new process."""
    code = """if True:
        import numpy._core._multiarray_umath as numpy, threadpoolctl
        used = [name for name in numpy.__cpu_dispatch__ if numpy.__cpu_features__[name]]
        print(threadpoolctl.threadpool_info()[0]["architecture"], *used)"""
    said = {
        name: subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            env=os.environ | instructions.of_numpy(name),
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for name in ("SSE4.2", "AVX2")
    }
    assert said["SSE4.2"] == ["Nehalem"]
    assert said["AVX2"][0] == "Haswell"
    assert set(said["AVX2"][1:]) <= {"X86_V3"}


def test_is_an_exercise_named_whose_cases_another_processor_draws_otherwise(tmp_path, monkeypatch):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    drawn = "os.environ['OPENBLAS_CORETYPE'] == 'Nehalem' and 0.5"
    answers = mini.ANSWERS.replace("round(float(rng.normal()), 2)", drawn)
    assert answers != mini.ANSWERS
    folder = mini.write_course(tmp_path, answers=f"import os\n\n{answers}")
    build(folder, tmp_path / "notebooks")
    found = processors.drawn_everywhere([folder], ["AVX2", "SSE4.2"])
    assert found == [
        "with SSE4.2 90-mini: the cases of double are others: let its generator return short(...)"
    ]
    (folder / "answers.py").write_text("import no_such_module\n")
    [line] = processors.drawn_everywhere([folder], ["AVX2"])
    assert line.startswith("with AVX2 the cases cannot be drawn: ")
    assert "no_such_module" in line


class Ended:
    returncode, stdout, stderr = 0, "", ""


@pytest.mark.parametrize(
    ("code", "said", "warned", "told"),
    [
        (1, "proving\n✗ 90-mini: it is rejected\n", "WARNING: of a library", "✗ 90-mini: it is rejected"),
        (1, "", "Traceback\nMemoryError", "MemoryError"),
        (-9, "", "", "signal SIGKILL"),
    ],
)
def test_is_said_why_a_proof_fails_elsewhere(code, said, warned, told, monkeypatch):
    ended = Ended()
    ended.returncode, ended.stdout, ended.stderr = code, said, warned
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    monkeypatch.setattr(processors.subprocess, "run", lambda *_, **__: ended)
    assert processors.prove_everywhere([]) == [f"course prove fails with all: {told}"]


@pytest.mark.parametrize(("machine", "is_said"), [("aarch64", True), ("x86_64", False)])
def test_is_it_said_where_only_the_own_instructions_are_tried(machine, is_said, tmp_path, monkeypatch):
    mini.write_course(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr(processors, "examine", lambda *_: [])
    for name in ("drawn_everywhere", "prove_everywhere"):
        monkeypatch.setattr(processors, name, lambda *_: [])
    shown = CliRunner().invoke(cli.app, ["processors"])
    assert shown.exit_code == 0, shown.output
    assert ("only its own instructions are tried" in shown.output) is is_said


def test_does_a_margin_that_is_no_number_read_as_one():
    endless = Assertion("loss < 1", (), -math.inf, 0)
    assert processors._complaint(endless) == "no finite margin in some run"
    unmeasured = Assertion("loss < 1", (), -math.inf, 0, reached=0)
    assert processors._complaint(unmeasured) == "only reached in 0 of 8 runs with other seeds"
    unreached = Assertion("is_it()", (), math.nan, 0, reached=0)
    assert processors._complaint(unreached) == "reached in none of 8 runs with other seeds"
    assert processors._complaint(Assertion("a < 1", (), 1.26, 0)).startswith(
        "1.3 standard errors to its limit, of 3"
    )


def test_does_the_table_show_the_assertion_that_the_report_calls_the_closest():
    assertions = [
        Assertion("a < 1", (), 5.0, 0),
        Assertion("is_it()", (), math.nan, 0),
        Assertion("b < 1", ("AVX",), 9.0, 0),  # it does not hold somewhere: nothing is closer
        Assertion("c < 1", (), math.inf, 0),
    ]
    report = Report("90-mini", assertions)
    assert report.closest.text == "b < 1"
    assert Report("90-mini", assertions[:2]).closest.text == "a < 1"
    assert Report("90-mini", assertions[1:2]).closest is None
    said = io.StringIO()
    reports = [report, Report("91-more", assertions[3:]), Report("92-none", assertions[1:2])]
    Console(file=said, width=100).print(authors._margin_table(reports))
    for words in ("9.0 standard errors: b < 1", "nothing random: c < 1", "no comparison"):
        assert words in said.getvalue()
