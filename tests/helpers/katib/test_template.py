"""A trial's object from the template and a suggestion."""

import pytest
from experiments import VALID, spec

from helpers.katib.checking import require_valid
from helpers.katib.template import is_meta, render

ASSIGNMENTS = {"learning_rate": "0.5", "batch_size": "32"}
ARGS = "trialTemplate/trialSpec/spec/template/spec/containers/0/args"


def template(*changes):
    return require_valid(spec(*changes)).spec.trial_template


def command(rendered):
    return rendered["spec"]["template"]["spec"]["containers"][0]["command"][-1]


def test_do_values_stand_where_the_placeholders_stood():
    rendered = render(template(), ASSIGNMENTS, "perceptron-0", "lab")
    assert command(rendered) == "print('val_loss=0.5', 'val_accuracy=.32')"
    assert rendered["metadata"] == {"name": "perceptron-0", "namespace": "lab"}
    assert "metadata" not in VALID["spec"]["trialTemplate"]["trialSpec"]


def test_does_the_trial_know_its_own_name_and_labels():
    entries = VALID["spec"]["trialTemplate"]["trialParameters"]
    asked = {
        "Name": "p-0",
        "Namespace": "default",
        "Kind": "Job",
        "APIVersion": "batch/v1",
        "Labels[a/b]": "c",
    }
    changes = [
        ("trialTemplate/trialParameters", [*entries, {"name": "it", "reference": "${trialSpec.X}"}]),
        (ARGS, ["${trialParameters.it}"]),
        ("trialTemplate/trialSpec/metadata", {"labels": {"a/b": "c"}}),
    ]
    for key, value in asked.items():
        changes[0][1][-1]["reference"] = f"${{trialSpec.{key}}}"
        rendered = render(template(*changes), ASSIGNMENTS, "p-0")
        assert rendered["spec"]["template"]["spec"]["containers"][0]["args"] == [value]


def test_is_a_suggestion_that_does_not_fit_refused():
    with pytest.raises(ValueError, match="no suggestion has a value for the reference batch_size"):
        render(template(), {"learning_rate": "0.5"}, "p-0")
    with pytest.raises(ValueError, match=r"unable to find parameter from ParameterAssignment .*: units"):
        render(template(), {**ASSIGNMENTS, "units": "8"}, "p-0")
    with pytest.raises(ValueError, match="no JSON any more"):
        render(template(), {**ASSIGNMENTS, "batch_size": '"'}, "p-0")


def test_is_a_reference_to_the_trial_known():
    assert is_meta("${trialSpec.Name}")
    assert is_meta("${trialSpec.Annotations[a]}")
    assert not is_meta("${trialSpec.Age}")
    assert not is_meta("learning_rate")
