"""The same file, handed to an emulated API server by the real clients, and read back unchanged."""

import json
import os
import subprocess

import pytest
import yaml
from api_server import GROUP, PLURAL, VERSION, api_server
from experiments import VALID, spec

from helpers.katib import read_experiment, write_experiment

NAME = VALID["metadata"]["name"]


@pytest.fixture
def server():
    with api_server() as running:
        yield running


@pytest.fixture
def written(tmp_path):
    def write(experiment):
        write_experiment(experiment, tmp_path / "experiment.yaml")
        return tmp_path / "experiment.yaml"

    return write


@pytest.fixture
def kubectl(kubectl_program, server, tmp_path):
    def run(*arguments):
        command = [kubectl_program, "--server", server[0], "--namespace", "default", *arguments]
        environment = os.environ | {"KUBECONFIG": os.devnull, "HOME": str(tmp_path)}
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_does_kubectl_submit_read_and_delete_the_file(kubectl, server, written):
    path = written(VALID)
    done = kubectl("apply", "--server-side", "-f", str(path))
    assert (done.returncode, done.stdout) == (0, f"experiment.kubeflow.org/{NAME} serverside-applied\n"), done
    done = kubectl("get", "experiment", NAME, "--output", "yaml")
    read = yaml.safe_load(done.stdout)
    assert read["spec"] == read_experiment(path)["spec"] == VALID["spec"]
    done = kubectl("delete", "experiment", NAME, "--wait=false")
    assert done.returncode == 0, done
    assert server[1] == {}


def test_does_kubectl_read_the_same_texts_and_numbers(kubectl, server, written):
    texts = ["1e-4", "3e-07", "1e1", "y", "N", "12:30", "=", "0o17", "08", "1_000", "~", "", "<<"]
    values = [*texts, 3e-07, 1e22, True, None, [], {}]
    kubectl("apply", "--server-side", "-f", str(written(spec(("values", values)))))
    done = kubectl("get", "experiment", NAME, "--output", "json")
    assert json.loads(done.stdout)["spec"]["values"] == values


def test_does_a_rehearsal_change_nothing(kubectl, server, written):
    done = kubectl("apply", "--server-side", "--dry-run=server", "-f", str(written(VALID)))
    assert done.returncode == 0, done
    assert "(server dry run)" in done.stdout
    assert server[1] == {}


def test_does_kubectl_show_why_a_file_is_refused(kubectl, server, written):
    done = kubectl("apply", "--server-side", "-f", str(written(spec(("maxTrialCount", 1)))))
    assert done.returncode == 1
    assert "denied the request" in done.stderr
    assert "spec.parallelTrialCount: should be less than or equal to spec.maxTrialCount" in done.stderr
    assert server[1] == {}


def test_does_the_python_client_submit_and_read_the_file(server, written):
    import kubernetes

    configuration = kubernetes.client.Configuration(host=server[0])
    objects = kubernetes.client.CustomObjectsApi(kubernetes.client.ApiClient(configuration))
    where = {"group": GROUP, "version": VERSION, "namespace": "default", "plural": PLURAL}
    objects.create_namespaced_custom_object(body=read_experiment(written(VALID)), **where)
    assert objects.get_namespaced_custom_object(name=NAME, **where)["spec"] == VALID["spec"]
    assert len(objects.list_namespaced_custom_object(**where)["items"]) == 1
    with pytest.raises(kubernetes.client.ApiException, match="must be greater than 0"):
        objects.create_namespaced_custom_object(body=spec(("maxTrialCount", 0)), **where)
