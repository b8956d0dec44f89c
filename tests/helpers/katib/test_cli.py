"""`course katib` from the shell, of learners and of the whole course."""

import pytest
import yaml
from experiments import VALID, spec
from typer.testing import CliRunner

from course.cli import app as of_the_course
from helpers.learner.cli import app as of_learners


@pytest.fixture
def written(tmp_path):
    def write(experiment, name="experiment.yaml"):
        path = tmp_path / name
        path.write_text(yaml.safe_dump(experiment))
        return str(path)

    return write


@pytest.mark.parametrize("app", [of_the_course, of_learners])
def test_is_a_right_file_told_so_and_what_was_not_seen(app, written):
    done = CliRunner().invoke(app, ["katib", "check", written(VALID)])
    assert done.exit_code == 0
    assert "no error found in the file" in done.output
    assert "kubectl apply --dry-run=server -f" in done.output


def test_are_errors_and_warnings_lines_of_their_own(written):
    path = written(spec(("maxTrialcount", 6), ("parameters/0/feasibleSpace/min", "small")))
    done = CliRunner().invoke(of_learners, ["katib", "check", path])
    assert done.exit_code == 1
    first, second = done.output.splitlines()
    assert first.startswith("! spec.maxTrialcount: ")
    assert second.startswith("✗ spec.parameters[0].feasibleSpace.min: ")


def test_are_names_with_brackets_shown_as_they_are(written):
    container = "trialTemplate/trialSpec/spec/template/spec/containers/0"
    changes = ("parameters/0/name", "lr[/]"), ("trialTemplate/trialParameters/0/reference", "lr[/]")
    command = ["echo", "loss[/]=${trialParameters.learningRate} ${trialParameters.batchSize}"]
    objective = {"type": "minimize", "objectiveMetricName": "loss[/]"}
    collector = {"source": {"filter": {"metricsFormat": [r"(\S+)=(\S+)"]}}}
    changes += ("objective", objective), ("metricsCollectorSpec", collector)
    path = written(spec(*changes, (f"{container}/command", command)))
    done = CliRunner().invoke(of_learners, ["katib", "run", path])
    assert (done.exit_code, done.exception) == (0, None)
    assert " lr[/] " in done.output
    assert " loss[/] " in done.output


def test_is_a_warning_alone_no_failure(written):
    done = CliRunner().invoke(of_learners, ["katib", "check", written(spec(("owner", "me")))])
    assert done.exit_code == 0
    assert [line[0] for line in done.output.splitlines()] == ["!", "✓", " "]
