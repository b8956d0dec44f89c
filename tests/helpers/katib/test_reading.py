"""A file that is no Experiment is told so in one line; one that is written is read as the same data."""

import json

import pytest
import yaml
from experiments import GONE, VALID, changed, spec
from timing import least_cpu_seconds

from helpers.errors import CourseError
from helpers.katib.checking import check_experiment
from helpers.katib.reading import read_experiment, require_experiment, write_experiment

NO_EXPERIMENTS = {
    "no YAML": ("spec: [1, 2", "this is no YAML: .*line 1"),
    "a tab": ("spec:\n\tobjective: 1", "this is no YAML: .*line 2"),
    "a key twice": ("kind: Experiment\nkind: Trial", "this is no YAML: the key 'kind' is there twice"),
    "null as a key": ("~: a", "this is no YAML: the key None is no text"),
    "a list as a key": ("[1]: a", r"this is no YAML: the key \[1\] is no text"),
    "a number as a key twice": ('1: a\n"1": b', "this is no YAML: the key '1' is there twice"),
    "half a character": (r'name: "\ud800"', r"'\\ud800' is half a character"),
    "nothing": ("", "the file is empty"),
    "a comment": ("# later", "the file is empty"),
    "two documents": ("kind: Experiment\n---\nkind: Experiment", "there are 2 documents in it"),
    "a list": ("- a\n- b", "an Experiment is a mapping of keys, not list"),
    "a text": ("Experiment", "an Experiment is a mapping of keys, not str"),
    "another version": ("apiVersion: kubeflow.org/v1\nkind: Experiment", "apiVersion is 'kubeflow.org/v1'"),
    "a Trial": ("apiVersion: kubeflow.org/v1beta1\nkind: Trial", "kind is 'Trial'"),
    "a Job": ("apiVersion: batch/v1\nkind: Job", "apiVersion is 'batch/v1'"),
    "not a number": ("apiVersion: .nan", "not JSON compliant.*JSON has texts, finite numbers"),
    "another tag": ("maxTrialCount: !!int six", "this is no YAML: .*six"),
    "a depth that nobody writes": ("[" * 500 + "]" * 500, "nested too deeply for an Experiment"),
    "aliases of aliases": (
        "a0: &a0 [1]\n" + "".join(f"a{n + 1}: &a{n + 1} [{9 * f'*a{n}, '}]\n" for n in range(11)),
        "with what its aliases repeat it holds more than 100,000 values",
    ),
    "merges of merges": (
        "a0: &a0 {a: 1}\n" + "".join(f"a{n + 1}: &a{n + 1}\n  <<: [{9 * f'*a{n}, '}]\n" for n in range(11)),
        "with what its aliases repeat it holds more than 100,000 values",
    ),
    "itself": ("spec: &a [*a]", "Circular reference detected"),
}


def test_takes_many_keys_no_longer_for_each_than_few(tmp_path):
    """Once it compared each key with all before it."""
    few, many = tmp_path / "few.yaml", tmp_path / "many.yaml"
    for path, num_keys in ((few, 1_000), (many, 8_000)):
        keys = "".join(f"k{number}: 1\n" for number in range(num_keys))
        path.write_text(f"apiVersion: kubeflow.org/v1beta1\nkind: Experiment\n{keys}")
    seconds = [least_cpu_seconds(lambda path=path: read_experiment(path)) for path in (few, many)]
    assert seconds[1] < 16 * seconds[0]


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


# Each as kubectl 1.32 reads it, and so as Kubernetes does.
SCALARS = {
    "1e-4": 0.0001,
    "3e-07": 3e-07,
    "1e1": 10,
    "5.": 5,
    ".5": 0.5,
    "+.5e-3": 0.0005,
    "1_000": 1000,
    "-1_0": -10,
    "017": 15,
    "0o17": 15,
    "08": 8,
    "-0x1F": -31,
    "0b11": 3,
    "18446744073709551616": 2.0**64,
    "1e400": "1e400",
    "0x": "0x",
    "_1": "_1",
    "e5": "e5",
    "12:30": "12:30",
    "190:20:30.15": "190:20:30.15",
    "=": "=",
    "2026-11-26": "2026-11-26",
    "y": True,
    "N": False,
    "On": True,
    "no": False,
    "tRUE": "tRUE",
    "~": None,
    "nUll": "nUll",
    "'1e-4'": "1e-4",
}


@pytest.mark.parametrize(("written", "value"), SCALARS.items(), ids=SCALARS)
def test_is_a_scalar_read_as_kubernetes_reads_it(tmp_path, written, value):
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump(VALID) + f"read: {written}\n")
    found = read_experiment(path)["read"]
    assert (found, isinstance(found, bool)) == (value, isinstance(value, bool))


def test_is_a_number_without_quotes_refused_where_katib_reads_a_text(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump(VALID).replace("min: '0.01'", "min: 1e-2"))
    (finding,) = check_experiment(read_experiment(path))
    assert str(finding).startswith("spec.parameters[0].feasibleSpace.min: it is a number, 0.01, where Katib")


def test_is_a_number_a_number_however_it_is_written(tmp_path):
    path = tmp_path / "a.yaml"
    goal = yaml.safe_dump(spec(("objective/goal", "GOAL"), ("maxTrialCount", "MOST")))
    path.write_text(goal.replace("GOAL", "1e-3").replace("MOST", "1e1"))
    assert check_experiment(read_experiment(path)) == []


def test_is_a_key_the_text_that_json_has_for_it(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(yaml.safe_dump(VALID) + "keys: {1: a, 0x10: b, true: c, 1.5: d, 1e3: e, 2026-11-26: f}\n")
    assert read_experiment(path)["keys"] == dict(
        zip(("1", "16", "true", "1.5", "1000", "2026-11-26"), "abcdef", strict=True)
    )


def test_is_what_is_written_read_as_the_same_data(tmp_path):
    texts = [*SCALARS, "", " ", "a: b", "- a", "#", "<<", "null", ".inf", "a\nb\n", "\x85", "학습률"]
    metadata = changed(("metadata/annotations", {text: text for text in texts}))["metadata"]
    parts = [1, 0.5, 3e-07, 1e22, True, None, [], {}, texts]
    experiment = {**VALID, "metadata": metadata, "read": [parts, parts]}
    write_experiment(experiment, tmp_path / "a.yaml")
    assert read_experiment(tmp_path / "a.yaml") == experiment


def test_are_limits_texts_in_the_file_that_is_written(tmp_path):
    experiment = spec(("parameters/0/feasibleSpace/min", repr(3e-7)))
    write_experiment(experiment, tmp_path / "a.yaml")
    assert "min: '3e-07'" in (tmp_path / "a.yaml").read_text()
    assert check_experiment(read_experiment(tmp_path / "a.yaml")) == []


def test_is_nothing_written_that_is_no_experiment(tmp_path):
    path = tmp_path / "a.yaml"
    for data, message in (
        (changed(("kind", GONE)), "the Experiment: kind is None"),
        (spec(("objective/goal", float("nan"))), "the Experiment: .*not JSON compliant.*finite numbers"),
        (
            spec(("objective/goal", {1})),
            "the Experiment: Object of type set is not JSON serial",
        ),
        (changed(("metadata/name", "\ud800")), r"the Experiment: '\\ud800' is half a character"),
    ):
        with pytest.raises(CourseError, match=message):
            write_experiment(data, path)
    assert not path.exists()


def test_is_a_character_of_two_escapes_in_json_one(tmp_path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps(changed(("metadata/labels", {"a": "\U0001f600"}))))
    assert read_experiment(path)["metadata"]["labels"] == {"a": "\U0001f600"}


def test_is_a_dict_of_ones_own_an_experiment():
    assert require_experiment(VALID) is VALID
    with pytest.raises(CourseError, match="the Experiment: kind is None"):
        require_experiment({"apiVersion": "kubeflow.org/v1beta1"})
