"""A file that is no Experiment is told so in one line."""

import json

import pytest
import yaml
from experiments import VALID, changed

from helpers.errors import CourseError
from helpers.katib.reading import read_experiment, require_experiment

NO_EXPERIMENTS = {
    "no YAML": ("spec: [1, 2", "this is no YAML: .*line 1"),
    "a tab": ("spec:\n\tobjective: 1", "this is no YAML: .*line 2"),
    "a key twice": ("kind: Experiment\nkind: Trial", "this is no YAML: the key 'kind' is there twice"),
    "a number as a key": ("1: a", "this is no YAML: the key 1 is no text"),
    "nothing": ("", "the file is empty"),
    "a comment": ("# later", "the file is empty"),
    "two documents": ("kind: Experiment\n---\nkind: Experiment", "there are 2 documents in it"),
    "a list": ("- a\n- b", "an Experiment is a mapping of keys, not list"),
    "a text": ("Experiment", "an Experiment is a mapping of keys, not str"),
    "another version": ("apiVersion: kubeflow.org/v1\nkind: Experiment", "apiVersion is 'kubeflow.org/v1'"),
    "a Trial": ("apiVersion: kubeflow.org/v1beta1\nkind: Trial", "kind is 'Trial'"),
    "a Job": ("apiVersion: batch/v1\nkind: Job", "apiVersion is 'batch/v1'"),
    "not a number": ("apiVersion: .nan", "JSON has no NaN"),
    "another tag": ("maxTrialCount: !!int six", "this is no YAML: .*six"),
    "a depth that nobody writes": ("[" * 500 + "]" * 500, "nested too deeply for an Experiment"),
    "itself": ("spec: &a [*a]", "nothing that contains itself"),
}


@pytest.mark.parametrize(("text", "message"), NO_EXPERIMENTS.values(), ids=NO_EXPERIMENTS)
def test_is_said_in_one_line_what_is_no_experiment(tmp_path, text, message):
    path = tmp_path / "experiment.yaml"
    path.write_text(text)
    with pytest.raises(CourseError, match=message) as caught:
        read_experiment(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_is_a_file_that_cannot_be_read_told(tmp_path):
    with pytest.raises(CourseError, match="No such file or directory"):
        read_experiment(tmp_path / "nowhere.yaml")
    with pytest.raises(CourseError, match="Is a directory"):
        read_experiment(tmp_path)
    (tmp_path / "latin").write_bytes(b"name: \xe9")
    with pytest.raises(CourseError, match="no text in UTF-8"):
        read_experiment(tmp_path / "latin")


def test_is_an_experiment_read_as_yaml_and_as_json(tmp_path):
    (tmp_path / "a.yaml").write_text("---\n" + yaml.safe_dump(VALID))
    (tmp_path / "a.json").write_text(json.dumps(VALID))
    assert read_experiment(tmp_path / "a.yaml") == VALID == read_experiment(tmp_path / "a.json")


def test_does_a_date_stay_a_text_and_a_merged_key_count(tmp_path):
    path = tmp_path / "a.yaml"
    text = yaml.safe_dump(changed(("metadata/labels", {"since": "x"}))).replace(
        "since: x", "since: 2026-11-26"
    )
    path.write_text(text + "base: &base {a: '1'}\nmerged: {<<: *base, b: '2'}\n")
    found = read_experiment(path)
    assert found["metadata"]["labels"] == {"since": "2026-11-26"}
    assert found["merged"] == {"a": "1", "b": "2"}


def test_is_a_dict_of_ones_own_an_experiment():
    assert require_experiment(VALID) is VALID
    with pytest.raises(CourseError, match="the Experiment: kind is None"):
        require_experiment({"apiVersion": "kubeflow.org/v1beta1"})
