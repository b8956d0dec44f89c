"""Two Experiments that mean the same look the same, two that do not look different."""

import copy

from experiments import VALID, spec

from helpers.katib.display import command_as_data, experiment_as_data, parameters_as_data
from helpers.katib.metrics import DEFAULT_FILTER

CONTAINER = "trialTemplate/trialSpec/spec/template/spec/containers/0"
VALID_JOB = VALID["spec"]["trialTemplate"]["trialSpec"]["spec"]
VALID_COMMAND = VALID_JOB["template"]["spec"]["containers"][0]["command"]


def test_do_defaults_that_are_written_change_nothing():
    same = spec(
        ("parallelTrialCount", 2),
        ("metricsCollectorSpec", {"collector": {"kind": "StdOut"}}),
        ("objective/metricStrategies", [{"name": "val_loss", "value": "min"}]),
        (f"{CONTAINER}/command", ["python"]),
        (f"{CONTAINER}/args", VALID_COMMAND[1:]),
    )
    assert experiment_as_data(same) == experiment_as_data(VALID)


def test_do_arguments_without_a_command_look_different():
    alone = spec((f"{CONTAINER}/args", ["python"]), (f"{CONTAINER}/command", ["python"]))
    container = alone["spec"]["trialTemplate"]["trialSpec"]["spec"]["template"]["spec"]["containers"][0]
    container["args"] = VALID_COMMAND
    del container["command"]
    assert experiment_as_data(alone) != experiment_as_data(VALID)


def test_is_a_number_of_parallel_trials_that_is_left_out_katibs_own():
    left_out = copy.deepcopy(VALID)
    del left_out["spec"]["parallelTrialCount"]
    assert experiment_as_data(left_out) == experiment_as_data(spec(("parallelTrialCount", 3)))
    assert experiment_as_data(left_out) != experiment_as_data(spec(("parallelTrialCount", 2)))


def test_decides_the_value_of_an_additional_metric_nothing():
    other = ("objective/metricStrategies", [{"name": "val_accuracy", "value": "max"}])
    assert experiment_as_data(spec(other)) == experiment_as_data(VALID)


def filtered(expression):
    """The valid Experiment that finds its metrics by an expression."""
    collector = {"collector": {"kind": "StdOut"}, "source": {"filter": {"metricsFormat": [expression]}}}
    return spec(("metricsCollectorSpec", collector))


def test_is_an_expression_seen_that_finds_other_metrics_and_katibs_own_not():
    assert experiment_as_data(filtered(DEFAULT_FILTER)) == experiment_as_data(VALID)
    others = [experiment_as_data(filtered(expression)) for expression in (r"(\w+): (.*)", r"(\w+)=(.*)")]
    assert experiment_as_data(VALID) not in others
    assert others[0] != others[1]


def test_does_what_means_something_else_look_different():
    for change in (
        ("objective/goal", 0.5),
        ("maxTrialCount", 7),
        ("objective/metricStrategies", [{"name": "val_loss", "value": "latest"}]),
        ("trialTemplate/trialSpec/spec/backoffLimit", 1),
        ("parameters/0/feasibleSpace/max", "2"),
        ("objective/type", "highest"),
    ):
        assert experiment_as_data(spec(change)) != experiment_as_data(VALID)


def test_are_limits_numbers_however_they_are_written():
    other = copy.deepcopy(VALID["spec"]["parameters"])
    other[0]["feasibleSpace"] |= {"min": "1e-2", "max": "1.0"}
    assert parameters_as_data(other) == parameters_as_data(VALID["spec"]["parameters"])
    other[0]["feasibleSpace"]["min"] = 0.01
    assert parameters_as_data(other)[0][3] == "float, no text"


def test_are_options_the_same_in_any_order_and_spelling():
    one = command_as_data(["python", "-m", "m", "--a", "1", "--b=2"])
    assert one == command_as_data(["python", "-m", "m", "--b", "2", "--a", "1"])
    assert one["options"] == ["--a 1", "--b 2"]
    assert one != command_as_data(["python", "-m", "m", "--b", "2", "--a", "1", "--c"])
