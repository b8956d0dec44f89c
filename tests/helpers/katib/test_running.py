"""An Experiment on this machine: real processes, ended, counted and kept as Katib would."""

import dataclasses
import json
import os
import secrets
import signal
import subprocess
import sys
import time

import pytest
import yaml
from experiments import GONE, spec

from helpers.errors import CourseError
from helpers.journal import Journal
from helpers.katib.checking import require_valid
from helpers.katib.execution import command_of, trial_words
from helpers.katib.records import Condition, KatibRun, KatibTrial, ending_of, space_of
from helpers.katib.running import run_experiment
from helpers.katib.suggesting import Suggester
from helpers.katib.template import render
from helpers.search import Choice, Integer, Real, Space

CONTAINER = "trialTemplate/trialSpec/spec/template/spec/containers/0"
COMMAND = f"{CONTAINER}/command"
JOB = "trialTemplate/trialSpec/spec"
# In the command line of trials that must not be left; this run's own, since another may run beside it.
MARK = f"katib-test-mark-{secrets.token_hex(4)}"
RATE, SIZE = "${trialParameters.learningRate}", "${trialParameters.batchSize}"


def python(code, *changes):
    """An Experiment whose trials run a line of Python; rate and size are its arguments."""
    return spec(
        (COMMAND, ["python", "-c", f"import sys, time, os; rate, size = sys.argv[1:3]; {code}", RATE, SIZE]),
        *changes,
    )


PRINTS = (
    "print(f'epoch=1 val_loss={rate} val_accuracy=0.5'); print(f'epoch=2 val_loss=2 val_accuracy=0.{size}')"
)


def run(experiment, log=None, **options):
    return run_experiment(experiment, log, seed=3, progress=False, **options)


@pytest.fixture
def left_running(pgrep_program):
    """The ids of processes with the mark, one a line."""

    def left_running():
        found = subprocess.run([pgrep_program, "-f", MARK], capture_output=True, text=True, check=False)
        return found.stdout

    return left_running


def test_does_an_experiment_run_to_its_last_trial():
    found = run(python(PRINTS))
    assert [trial.condition for trial in found.trials] == [Condition.SUCCEEDED] * 6
    assert [trial.number for trial in found.trials] == list(range(6))
    assert found.ending.message == "Experiment has succeeded because max trial count has reached"
    for trial in found.trials:
        rate = float(trial.assignments["learning_rate"])
        assert 0.01 <= rate <= 1
        assert trial.observed["val_loss"] == (rate, 2)
        assert trial.value(found.objective) == rate  # the lowest, and not the last
        assert trial.value(found.objective, "val_accuracy") == min(
            0.5, float(f"0.{trial.assignments['batch_size']}")
        )
    assert found.best.value(found.objective) == min(trial.value(found.objective) for trial in found.trials)


def test_are_the_trials_those_of_the_courses_own_searches():
    found = run(python(PRINTS))
    search = found.to_search()
    assert search.space == Space(learning_rate=Real(0.01, 1, log=True), batch_size=Choice(("32", "128")))
    assert search.method == "random"
    assert [trial.ended_at for trial in search.trials] == [2, 4, 6, 8, 10, 12]
    assert search.trials[1].val_losses == found.trials[1].observed["val_loss"]
    assert all(search.space.contains(trial.parameters) for trial in search.trials)
    assert search.num_epochs == 12


def test_cannot_other_metrics_be_one_of_the_courses_searches():
    found = run(
        python("print('score=1')", ("objective", {"type": "maximize", "objectiveMetricName": "score"}))
    )
    with pytest.raises(ValueError, match="know val_loss and val_accuracy; this Experiment collects score"):
        found.to_search()


def test_are_whole_numbers_and_failures_what_they_are_in_the_courses_searches():
    units = {"min": "0", "max": "64", "distribution": "logUniform"}
    experiment = require_valid(
        spec(
            ("parameters/1", {"name": "batch_size", "parameterType": "int", "feasibleSpace": units}),
            ("algorithm/algorithmName", "multivariate-tpe"),
        )
    )
    ends = [
        (Condition.SUCCEEDED, {"val_loss": (2.0, 1.0), "val_accuracy": (0.5, 0.6)}, "complete"),
        (Condition.FAILED, {"val_loss": (2.0,), "val_accuracy": (0.5,)}, "failed"),
        (Condition.UNAVAILABLE, None, "failed"),
        (Condition.KILLED, None, "failed"),
    ]
    trials = tuple(
        KatibTrial(number, "p", {"learning_rate": "0.5", "batch_size": "32"}, condition, observed)
        for number, (condition, observed, _) in enumerate(ends)
    )
    search = KatibRun(experiment, trials, None, "").to_search()
    # As Optuna's service makes of a logarithm from 0.
    assert search.space == Space(learning_rate=Real(0.01, 1, log=True), batch_size=Integer(1, 64, log=True))
    assert [trial.state for trial in search.trials] == [state for *_, state in ends]
    assert [trial.ended_at for trial in search.trials] == [2, 3, 3, 3]
    for trial in search.trials:
        assert trial.parameters == {"learning_rate": 0.5, "batch_size": 32}
        assert type(trial.parameters["batch_size"]) is int


def test_do_as_many_run_at_a_time_as_the_file_says(tmp_path):
    begun, running = tmp_path / "begun", tmp_path / "running"
    begun.mkdir()
    running.mkdir()
    # The first ones wait for each other, so that how soon a process starts decides nothing.
    code = (
        f"mine = r'{running}/%d' % os.getpid(); open(mine, 'w'); open(r'{begun}/%d' % os.getpid(), 'w');"
        f" [time.sleep(0.05) for _ in range(400) if len(os.listdir(r'{begun}')) < 3]; time.sleep(0.3);"
        f" print('val_loss=%d' % len(os.listdir(r'{running}'))); os.remove(mine)"
    )
    found = run(python(code, ("parallelTrialCount", 3), ("objective/additionalMetricNames", GONE)))
    assert max(value for trial in found.trials for value in trial.observed["val_loss"]) == 3


def test_does_a_goal_end_it_and_kill_what_still_runs(left_running):
    code = f"time.sleep(0 if float(rate) < 0.1 else 60); print('val_loss=' + rate)  # {MARK}"
    started = time.monotonic()
    found = run(python(code, ("objective/goal", 0.1), ("parallelTrialCount", 6)))
    assert time.monotonic() - started < 30
    assert found.ending.reason == "ExperimentGoalReached"
    conditions = {trial.condition for trial in found.trials}
    assert conditions == {Condition.SUCCEEDED, Condition.KILLED}
    assert left_running() == ""


@pytest.mark.parametrize(
    ("kind", "values", "reached"),
    [
        ("minimize", (0.9, 0.31), False),
        ("minimize", (0.9, 0.3), True),
        ("maximize", (0.1, 0.29), False),
        ("maximize", (0.1, 0.3), True),
    ],
)
def test_is_a_goal_reached_from_the_side_on_which_worse_values_lie(kind, values, reached):
    experiment = require_valid(spec(("objective/type", kind), ("objective/goal", 0.3)))
    assignments = {"learning_rate": "0.5", "batch_size": "32"}
    trials = [
        KatibTrial(number, "p", assignments, Condition.FAILED, {"val_loss": (value,)})
        for number, value in enumerate(values)
    ]
    ending = ending_of(experiment, trials, exhausted=False)
    assert (ending.reason if ending else None) == ("ExperimentGoalReached" if reached else None)


def test_does_the_third_failure_end_it():
    found = run(python("sys.exit('no data: ' + size)", ("parallelTrialCount", 1)))
    assert found.ending.condition == "Failed"
    assert found.ending.message == "Experiment has failed because max failed count has reached"
    assert [trial.condition for trial in found.trials] == [Condition.FAILED] * 3
    first = found.trials[0]
    assert first.reason == f"exit code 1: no data: {first.assignments['batch_size']}"
    with pytest.raises(ValueError, match=r"no trial has a value of val_loss \(perceptron-\d: exit code 1"):
        _ = found.best


def test_does_an_experiment_succeed_although_all_trials_fail():
    found = run(python("sys.exit(3)", ("maxFailedTrialCount", GONE)))
    assert found.ending.reason == "ExperimentMaxTrialsReached"
    assert [trial.condition for trial in found.trials] == [Condition.FAILED] * 6


def test_is_a_trial_that_prints_no_metric_unavailable():
    found = run(python("print('val_loss: 0.5')", ("maxFailedTrialCount", 1), ("parallelTrialCount", 1)))
    (trial,) = found.trials
    assert trial.condition is Condition.UNAVAILABLE
    assert trial.reason == "it printed no val_loss=..., in a form that is collected"
    assert found.ending.condition == "Failed"


def test_is_a_loss_that_is_no_number_no_value():
    found = run(
        python("print('val_loss=nan val_accuracy=0.1')", ("maxTrialCount", 2), ("maxFailedTrialCount", 1))
    )
    assert [trial.condition for trial in found.trials] == [Condition.SUCCEEDED] * 2
    assert {trial.state for trial in found.to_search().trials} == {"diverged"}
    assert {trial.reason for trial in found.trials} == {
        "its val_loss is no number: Katib 0.19 as a rule makes no trial after such a one"
    }


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["no-such-program"], "exit code 127: no-such-program: no such program"),
        (["/"], "exit code 126: /: Permission denied"),
        (
            ["python", "-m", "helpers.trial", "--rate", "1"],
            "exit code 2: trial.py: error: the following arguments are required: --learning-rate",
        ),
        (["sh", "-c", "kill -9 $$$$"], "ended by signal 9"),  # to Kubernetes $$ is $
        (["echo", "a\0b"], "exit code 126: echo: embedded null byte"),
        (["\ud800"], "exit code 127: \\ud800: no such program"),
    ],
)
def test_is_said_why_a_command_did_not_run(command, reason):
    changes = (COMMAND, [*command, RATE, SIZE]), ("maxFailedTrialCount", 1), ("parallelTrialCount", 1)
    (trial,) = run(spec(*changes)).trials
    assert trial.condition is Condition.FAILED
    assert trial.reason.startswith(reason)


def test_is_a_trial_that_never_ends_ended(left_running):
    code = f"os.system('sleep 600 # {MARK}')"
    changes = ("maxFailedTrialCount", 1), ("parallelTrialCount", 1)
    (trial,) = run(python(code, *changes), trial_seconds=0.5).trials
    assert trial.reason == "it ran for more than 0.5 s (trial_seconds) and was ended"
    (trial,) = run(python(code, *changes, (f"{JOB}/activeDeadlineSeconds", 1))).trials
    assert trial.reason == "it ran for more than 1 s (activeDeadlineSeconds) and was ended"
    (trial,) = run(python(code, *changes, (f"{JOB}/activeDeadlineSeconds", 0))).trials
    assert trial.reason == "it ran for more than 0 s (activeDeadlineSeconds) and was ended"
    assert left_running() == ""


def test_is_a_failing_trial_repeated_as_kubernetes_does(tmp_path):
    code = f"open(r'{tmp_path}/log', 'a').write('x'); sys.exit(1)"
    changes = ("maxFailedTrialCount", 1), ("parallelTrialCount", 1)
    run(python(code, *changes, (f"{JOB}/backoffLimit", 2)))
    assert (tmp_path / "log").read_text() == "xxx"
    run(python(code, *changes, (f"{JOB}/backoffLimit", GONE)))
    assert (tmp_path / "log").read_text() == "xxx" + "x" * 7


def test_does_the_time_of_a_job_run_over_all_its_attempts(tmp_path):
    code = f"open(r'{tmp_path}/log', 'a').write('x'); time.sleep(0.8); sys.exit(1)"
    changes = ("maxFailedTrialCount", 1), ("parallelTrialCount", 1), (f"{JOB}/backoffLimit", 4)
    (trial,) = run(python(code, *changes, (f"{JOB}/activeDeadlineSeconds", 2))).trials
    assert trial.reason == "it ran for more than 2 s (activeDeadlineSeconds) and was ended"
    assert len((tmp_path / "log").read_text()) <= 3  # five attempts of 0.8 s, none of which takes 2 s


def test_does_a_trial_have_its_variables_and_arguments():
    code = "print('val_loss=' + os.environ['LOSS'] + sys.argv[3])"
    found = run(
        python(code, (f"{CONTAINER}/env", [{"name": "LOSS", "value": "0."}]), (f"{CONTAINER}/args", ["25"]))
    )
    assert found.best.value(found.objective) == 0.25


def test_are_variables_and_words_expanded_as_kubernetes_does():
    code = "assert os.environ['C'] == ''; print('val_loss=' + os.environ['B'])"
    env = [{"name": "A", "value": "0.5"}, {"name": "B", "value": "$(A)"}, {"name": "C"}]
    env += [{"name": "E", "value": "$(F) $$(A) $A $("}]
    args = ["$(A)", "$$(A)", "$(NOWHERE)", "$(E)"]
    words = trial_words(python(code, (f"{CONTAINER}/env", env), (f"{CONTAINER}/args", args)), {
        "learning_rate": "0.1", "batch_size": "32",
    })  # fmt: skip
    assert words[-4:] == ["0.5", "$(A)", "$(NOWHERE)", "$(F) $(A) $A $("]
    found = run(python(code, (f"{CONTAINER}/env", env), (f"{CONTAINER}/args", args)))
    assert found.best.value(found.objective) == 0.5


@pytest.mark.parametrize("part", ["env", "args", "envFrom"])
def test_is_a_list_that_was_left_empty_none(part):
    experiment = python("print('val_loss=1')", (f"{CONTAINER}/{part}", None))
    words = trial_words(experiment, {"learning_rate": "0.1", "batch_size": "32"})
    assert words[:2] == ["python", "-c"]


def test_is_a_variable_that_no_system_takes_the_trials_failure_and_not_the_runs():
    changes = (f"{CONTAINER}/env", [{"name": "A=B", "value": "1"}]), ("maxFailedTrialCount", 1)
    trials = run(python("print('val_loss=1')", *changes, ("parallelTrialCount", 1))).trials
    assert trials[0].reason.startswith("exit code 126: ")
    assert trials[0].reason.endswith("illegal environment variable name")


def test_does_the_same_seed_suggest_the_same_trials():
    values = [[trial.assignments for trial in run(python(PRINTS)).trials] for _ in "ab"]
    assert values[0] == values[1]
    other = run_experiment(python(PRINTS, ("algorithm/algorithmSettings", [])), seed=4, progress=False)
    assert [trial.assignments for trial in other.trials] != values[0]


STEPS = (
    "parameters/0",
    {
        "name": "learning_rate",
        "parameterType": "double",
        "feasibleSpace": {"min": "0.1", "max": "0.2", "step": "0.1"},
    },
)


@pytest.mark.parametrize("name", ["random", "tpe"])
@pytest.mark.parametrize(
    ("kind", "space", "possible"),
    [
        ("int", {"min": "10", "max": "100", "step": "20"}, {"20", "40", "60", "80", "100"}),
        ("int", {"min": "1.0", "max": "3.0"}, {"1", "2", "3"}),
        (
            "double",
            {"min": "0.24", "max": "0.46", "step": "0.1"},
            {"0.2", "0.30000000000000004", "0.4", "0.5"},
        ),
        (
            "double",
            {"min": "0.3", "max": "3", "step": "1", "distribution": "logUniform"},
            {"0", "1", "2", "3"},
        ),
    ],
)
def test_are_values_with_a_step_multiples_of_it_as_hyperopts(name, kind, space, possible):
    rate = {"name": "learning_rate", "parameterType": kind, "feasibleSpace": space}
    experiment = require_valid(spec(("parameters/0", rate), ("algorithm", {"algorithmName": name})))
    suggester = Suggester(experiment, 0)
    found = {suggester.suggest(number)["learning_rate"] for number in range(60)}
    assert {text.removesuffix(".0") for text in found} == possible
    if "0" not in possible:  # no log scale has it
        ends = space_of(experiment)["learning_rate"]
        assert all(ends.low <= float(text) <= ends.high for text in found)


@pytest.mark.parametrize(
    ("kind", "space"),
    [
        ("double", {"min": "0.95", "max": "0"}),
        ("double", {"min": "0.9", "max": "0", "step": "0.3"}),
        ("double", {"min": "1", "max": "0.1", "distribution": "logUniform"}),
        ("int", {"min": "5", "max": "0"}),
    ],
)
def test_does_random_draw_between_limits_that_are_exchanged_as_hyperopt(kind, space):
    rate = {"name": "learning_rate", "parameterType": kind, "feasibleSpace": space}
    experiment = require_valid(spec(("parameters/0", rate)))
    suggester = Suggester(experiment, 0)
    found = [float(suggester.suggest(number)["learning_rate"]) for number in range(60)]
    low, high = float(space["max"]), float(space["min"])
    assert low <= min(found) < max(found) <= high
    ends = space_of(experiment)["learning_rate"]
    assert (ends.low, ends.high) == pytest.approx((low, high))


def test_does_a_grid_try_each_combination_once_and_end():
    changes = STEPS, ("algorithm", {"algorithmName": "grid"}), ("maxTrialCount", GONE)
    found = run(python(PRINTS, *changes))
    assert found.ending.reason == "ExperimentSuggestionEndReached"
    tried = sorted(
        (trial.assignments["learning_rate"], trial.assignments["batch_size"]) for trial in found.trials
    )
    assert tried == [("0.1", "128"), ("0.1", "32"), ("0.2", "128"), ("0.2", "32")]


@pytest.mark.parametrize("name", ["tpe", "multivariate-tpe", "sobol"])
def test_do_the_methods_that_learn_run(name):
    changes = ("algorithm", {"algorithmName": name}), ("parallelTrialCount", 1)
    found = run(python(PRINTS, *changes))
    assert len({trial.assignments["learning_rate"] for trial in found.trials}) == 6
    assert ("as Katib's service does" in found.note) == (name == "multivariate-tpe")


def test_does_tpe_go_where_it_was_good():
    settings = [{"name": "n_startup_trials", "value": "5"}, {"name": "random_state", "value": "1"}]
    changes = (
        ("algorithm", {"algorithmName": "multivariate-tpe", "algorithmSettings": settings}),
        ("parallelTrialCount", 1),
        ("maxTrialCount", 30),
    )
    found = run(python("print('val_loss=' + rate)", *changes))
    rates = [float(trial.assignments["learning_rate"]) for trial in found.trials]
    assert sorted(rates[-10:])[5] < 0.03 < sorted(rates[:5])[2]  # medians


def seeded_by(algorithm, value):
    settings = [{"name": "random_state", "value": value}]
    return spec(("algorithm", {"algorithmName": algorithm, "algorithmSettings": settings}))


CANNOT_RUN = {
    "algorithm": (
        spec(
            (
                "parameters/1",
                {"name": "batch_size", "parameterType": "int", "feasibleSpace": {"min": "16", "max": "64"}},
            ),
            ("parameters/0/feasibleSpace/distribution", "uniform"),
            ("algorithm", {"algorithmName": "cmaes"}),
        ),
        "cmaes is checked here, and not run",
    ),
    "early stopping": (spec(("earlyStopping", {"algorithmName": "medianstop"})), "spec.earlyStopping"),
    "normal": (spec(("parameters/0/feasibleSpace/distribution", "normal")), "normal is not run here"),
    "collector": (spec(("metricsCollectorSpec", {"collector": {"kind": "File"}})), "File is checked here"),
    "ConfigMap": (
        spec(
            ("trialTemplate/trialSpec", GONE),
            (
                "trialTemplate/configMap",
                {"configMapName": "a", "configMapNamespace": "b", "templatePath": "c"},
            ),
            ("trialTemplate/successCondition", "a"),
            ("trialTemplate/failureCondition", "b"),
        ),
        "lies in a cluster",
    ),
    "kind": (
        spec(
            (
                "trialTemplate/trialSpec",
                {"apiVersion": "kubeflow.org/v1", "kind": "PyTorchJob", "spec": f"{RATE} {SIZE}"},
            )
        ),
        "PyTorchJob needs a cluster",
    ),
    "group": (
        spec(
            (
                "trialTemplate/trialSpec",
                {"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job", "spec": f"{RATE} {SIZE}"},
            )
        ),
        "Job needs a cluster. A Job of batch/v1 can run here",
    ),
    "containers": (spec((f"{CONTAINER[:-1]}1", {"name": "logs", "image": "b"})), "it has 2 containers"),
    "no command": (
        spec((COMMAND, GONE), (f"{CONTAINER}/args", [RATE, SIZE])),
        "the container has no command",
    ),
    "secret": (
        spec((f"{CONTAINER}/env", [{"name": "KEY", "valueFrom": {"fieldRef": {"fieldPath": "a"}}}])),
        "KEY comes from the cluster",
    ),
    "init containers": (
        spec(("trialTemplate/trialSpec/spec/template/spec/initContainers", [{"name": "a", "image": "b"}])),
        "initContainers need a cluster",
    ),
    "folder": (spec((f"{CONTAINER}/workingDir", "/data")), "workingDir is a folder of the image"),
    "seed": (
        seeded_by("sobol", "abc"),
        "random_state must be a whole number from 0 to 4294967295",
    ),
    "large seed": (
        seeded_by("random", "5000000000"),
        "random_state must be a whole number from 0 to 4294967295",
    ),
    "grid": (
        spec(
            ("algorithm", {"algorithmName": "grid"}),
            ("parameters/0/feasibleSpace", {"min": "0", "max": "1", "step": "1e-7"}),
        ),
        "a grid of more than 1000000 points",
    ),
    "wrong": (spec(("maxTrialCount", 0)), r"must be greater than 0.*\(2 more: check the file\)"),
}


@pytest.mark.parametrize(("experiment", "message"), CANNOT_RUN.values(), ids=CANNOT_RUN)
def test_is_said_in_one_line_what_cannot_run_here(experiment, message):
    with pytest.raises(CourseError, match=message) as caught:
        run(experiment)
    assert "\n" not in str(caught.value)


def test_is_a_time_below_0_refused():
    with pytest.raises(ValueError, match="trial_seconds must be a positive number"):
        run(python(PRINTS), trial_seconds=0)


# --- the log ---


def known(found):
    """What must be the same of two runs: all but the seconds."""
    return [dataclasses.replace(trial, seconds=0.0) for trial in found.trials]


def tpe(*changes):
    algorithm = {"algorithmName": "tpe", "algorithmSettings": [{"name": "random_state", "value": "5"}]}
    return python(
        PRINTS,
        ("algorithm", algorithm),
        ("parallelTrialCount", 1),
        ("maxTrialCount", 14),
        ("resumePolicy", "LongRunning"),
        *changes,
    )


def test_is_a_finished_run_read_and_not_run_again(tmp_path):
    log = tmp_path / "new" / "log"
    first = run(python(PRINTS), log)
    before = log.read_bytes()
    again = run(python(PRINTS), log)
    assert again == first
    assert log.read_bytes() == before


@pytest.mark.parametrize("num_lines", [1, 2, 3, 12, 24, 25])
def test_does_a_run_go_on_as_if_it_had_never_stopped(tmp_path, num_lines):
    whole = run(tpe(), tmp_path / "whole")
    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)
    log = tmp_path / "log"
    log.write_bytes(b"".join(lines[:num_lines]) + lines[num_lines][:-5])  # cut off in the middle of a line
    again = run(tpe(), log)
    assert known(again) == known(whole)
    assert len(log.read_bytes().splitlines()) == len(lines)


def test_is_a_seed_that_was_drawn_kept(tmp_path):
    algorithm = ("algorithm", {"algorithmName": "random"})
    first = run_experiment(python(PRINTS, algorithm), tmp_path / "log", progress=False)
    lines = (tmp_path / "log").read_text().splitlines(keepends=True)
    (tmp_path / "log").write_text("".join(lines[:2]))
    assert known(run_experiment(python(PRINTS, algorithm), tmp_path / "log", progress=False)) == known(first)


def test_does_a_larger_count_go_on_where_the_policy_allows_it(tmp_path):
    log = tmp_path / "log"
    run(tpe(("maxTrialCount", 12)), log)
    longer = run(tpe(), log)
    assert known(longer) == known(run(tpe(), tmp_path / "whole"))
    run(python(PRINTS), tmp_path / "never")
    with pytest.raises(CourseError, match="It is Never"):
        run(python(PRINTS, ("maxTrialCount", 9)), tmp_path / "never")


def test_does_a_run_go_on_where_a_null_stands_for_nothing(tmp_path):
    log = tmp_path / "log"
    first = run(python(PRINTS), log)
    assert run(python(PRINTS, ("earlyStopping", None), ("objective/goal", None)), log) == first
    head, *events = log.read_text().splitlines(keepends=True)
    other = json.loads(head)
    other["definition"]["earlyStopping"] = None  # as a run of before has written it
    log.write_text("".join([json.dumps(other) + "\n", *events]))
    assert run(python(PRINTS), log) == first


def test_is_the_log_of_another_experiment_refused(tmp_path):
    log = tmp_path / "log"
    run(python(PRINTS), log)
    before = log.read_bytes()
    with pytest.raises(
        CourseError, match=r"of another Experiment: spec.parameters differs. Only parallelTrialCount"
    ):
        run(python(PRINTS, ("parameters/0/feasibleSpace/max", "2")), log)
    other = python(PRINTS)
    other["metadata"]["name"] = "another"
    with pytest.raises(CourseError, match="its name is 'perceptron', not 'another'"):
        run(other, log)
    assert log.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'{"kind": "Experiment"}\n', "this is no log of an Experiment"),
        (b"\xff\n", "this is no log of an Experiment"),
        (b"epoch=1 val_loss=0.5\n", "this is no log of an Experiment"),
        (b'{"scores": [1, 2]}', "this is no log of an Experiment"),
        (b"print(1)", "this is no log of an Experiment"),
        (b'{"experiment": 1\n', "line 1 is damaged"),
        (b'{"experiment": "perceptron"}\n', "this is no log of an Experiment"),
        (b'{"experiment": "perceptron", "definition": [], "seed": 3}\n', "this is no log of an Experiment"),
    ],
)
def test_is_a_file_that_is_no_log_left_alone(tmp_path, text, message):
    log = tmp_path / "log"
    log.write_bytes(text)
    with pytest.raises(CourseError, match=message):
        run(python(PRINTS), log)
    assert log.read_bytes() == text


def test_is_a_log_that_lacks_something_used_or_refused_in_one_line(tmp_path):
    """Each line left out, and of each line each field: lost, or something else."""
    log = tmp_path / "log"
    run(python(PRINTS, ("maxTrialCount", 3)), log)
    head, *events = log.read_text().splitlines(keepends=True)
    damaged = [[line for line in events if line is not event] for event in events]
    damaged += [[*events, event] for event in events]
    for place, event in enumerate(map(json.loads, events)):
        for field in event:
            others = [{key: value for key, value in event.items() if key != field}]
            others += [event | {field: value} for value in (None, -7, 99, "x", [], {"val_loss": "x"})]
            damaged += [[*events[:place], json.dumps(other) + "\n", *events[place + 1 :]] for other in others]
    assert len(damaged) > 100
    said = set()
    for lines in damaged:
        log.write_text("".join([head, *lines]))
        try:
            run(python(PRINTS, ("maxTrialCount", 3)), log)
        except CourseError as error:
            said.add(str(error)[:40])
    assert len(said) > 2
    assert all("\n" not in each for each in said)


def test_are_suggestions_of_another_version_noticed(tmp_path):
    log = tmp_path / "log"
    run(python(PRINTS), log)
    head, first, *rest = log.read_text().splitlines(keepends=True)
    first = first.replace('"learning_rate": "0.', '"learning_rate": "0.1')
    log.write_text("".join([head, first, *rest[:2]]))
    with pytest.raises(CourseError, match="as with another version of Optuna"):
        run(python(PRINTS), log)


def test_is_a_log_that_another_run_writes_left_to_it(tmp_path):
    fcntl = pytest.importorskip("fcntl")
    with (tmp_path / "log").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(CourseError, match="another run is writing it"):
            run(python(PRINTS), tmp_path / "log")


def test_is_a_place_that_takes_no_log_told(tmp_path):
    with pytest.raises(CourseError, match="Choose another file for the log"):
        run(python(PRINTS), tmp_path)


def test_does_a_full_disk_end_the_run_in_one_line(tmp_path, monkeypatch, left_running):
    log, write = tmp_path / "log", Journal.write

    class Full:
        def __init__(self, file):
            self.file = file

        def write(self, text):
            if text.startswith(b'{"ended": 2'):
                raise OSError(28, "No space left on device")
            return self.file.write(text)

        def flush(self):
            self.file.flush()

        def fileno(self):
            return self.file.fileno()

        def close(self):
            self.file.close()

    def on_a_full_disk(self, event):
        self._file = self._file if isinstance(self._file, Full) else Full(self._file)
        write(self, event)

    monkeypatch.setattr(Journal, "write", on_a_full_disk)
    experiment = python(f"{PRINTS}  # {MARK}", ("parallelTrialCount", 1))
    with pytest.raises(
        CourseError, match=r"No space left on device\. What had ended before is in it"
    ) as caught:
        run(experiment, log)
    assert "\n" not in str(caught.value)
    assert left_running() == ""
    monkeypatch.undo()
    assert len(run(experiment, log).trials) == 6


# --- the shell ---


def shell(path, log):
    """`course katib run`, as a process in a session of its own."""
    command = [
        sys.executable,
        "-c",
        "from helpers.learner.cli import main; main()",
        "katib",
        "run",
        str(path),
    ]
    return subprocess.Popen(
        [*command, "--log", str(log)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for(log, num_ended):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if log.exists() and log.read_text().count('"ended"') >= num_ended:
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text() if log.exists() else "no log")


@pytest.fixture
def slow(tmp_path):
    path = tmp_path / "experiment.yaml"
    code = f"time.sleep(0.2 if float(rate) < 0.07 else 60); print('val_loss=' + rate)  # {MARK}"
    path.write_text(yaml.safe_dump(python(code, ("maxTrialCount", 6))))
    return path


def test_does_ctrl_c_keep_what_has_ended_and_leave_nobody(tmp_path, slow, left_running):
    process = shell(slow, tmp_path / "log")
    wait_for(tmp_path / "log", 1)
    os.killpg(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == 130, said
    assert "had ended, and" in said
    assert "keeps them: run again to go on." in said
    assert "Traceback" not in said
    assert left_running() == ""
    for line in (tmp_path / "log").read_text().splitlines():
        json.loads(line)


def test_does_a_killed_run_leave_nobody(tmp_path, slow, left_running):
    process = shell(slow, tmp_path / "log")
    wait_for(tmp_path / "log", 1)
    process.kill()
    process.communicate(timeout=30)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if not left_running():
            return
        time.sleep(0.1)
    raise AssertionError(left_running())


def test_does_the_shell_show_all_trials_and_say_how_it_ended(tmp_path):
    path = tmp_path / "experiment.yaml"
    path.write_text(yaml.safe_dump(python(PRINTS)))
    process = shell(path, tmp_path / "log")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert "perceptron-5" in said
    assert said.count(" *") == 1
    assert "the method is the same, the trials are not" in said
    assert "Experiment has succeeded because max trial count has reached" in said
    path.write_text(yaml.safe_dump(python("sys.exit('no data')")))
    process = shell(path, tmp_path / "other")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Experiment has failed because max failed count has reached" in said


# --- the course's own trial ---


@pytest.mark.slow
def test_is_a_warm_trial_the_same_as_a_cold_one(monkeypatch):
    command = [
        "python",
        "-m",
        "helpers.trial",
        "--learning-rate",
        RATE,
        "--batch-size",
        SIZE,
        "--epochs",
        "2",
        "--examples",
        "320",
    ]
    experiment = spec((COMMAND, command), ("maxTrialCount", 2), ("maxFailedTrialCount", 1))
    job = require_valid(experiment).spec.trial_template
    assert command_of(render(job, {"learning_rate": "0.5", "batch_size": "32"}, "p-0")).is_warm
    warm = run(experiment)
    monkeypatch.setattr("helpers.katib.execution.CAN_FORK", False)
    cold = run(experiment)
    assert [trial.condition for trial in warm.trials] == [Condition.SUCCEEDED] * 2, warm.trials
    assert known(warm) == known(cold)
    assert all(len(trial.observed["val_loss"]) == 2 for trial in warm.trials)
