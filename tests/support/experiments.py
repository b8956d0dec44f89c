"""Katib Experiments for tests: one that is right, and the same one with a change."""

import copy

VALID = {
    "apiVersion": "kubeflow.org/v1beta1",
    "kind": "Experiment",
    "metadata": {"name": "perceptron"},
    "spec": {
        "objective": {
            "type": "minimize",
            "objectiveMetricName": "val_loss",
            "additionalMetricNames": ["val_accuracy"],
        },
        "algorithm": {
            "algorithmName": "random",
            "algorithmSettings": [{"name": "random_state", "value": "1"}],
        },
        "parallelTrialCount": 2,
        "maxTrialCount": 6,
        "maxFailedTrialCount": 3,
        "parameters": [
            {
                "name": "learning_rate",
                "parameterType": "double",
                "feasibleSpace": {"min": "0.01", "max": "1", "distribution": "logUniform"},
            },
            {
                "name": "batch_size",
                "parameterType": "categorical",
                "feasibleSpace": {"list": ["32", "128"]},
            },
        ],
        "trialTemplate": {
            "primaryContainerName": "training",
            "trialParameters": [
                {"name": "learningRate", "reference": "learning_rate"},
                {"name": "batchSize", "reference": "batch_size"},
            ],
            "trialSpec": {
                "apiVersion": "batch/v1",
                "kind": "Job",
                "spec": {
                    "backoffLimit": 0,
                    "template": {
                        "spec": {
                            "containers": [
                                {
                                    "name": "training",
                                    "image": "course:latest",
                                    "command": [
                                        "python",
                                        "-c",
                                        "print('val_loss=${trialParameters.learningRate}', "
                                        "'val_accuracy=.${trialParameters.batchSize}')",
                                    ],
                                }
                            ],
                            "restartPolicy": "Never",
                        }
                    },
                },
            },
        },
    },
}
GONE = object()


def changed(*changes):
    """The valid Experiment with other values at some paths, texts of keys and places; GONE removes one."""
    experiment = copy.deepcopy(VALID)
    for path, value in changes:
        *steps, last = (int(step) if step.isdigit() else step for step in path.split("/"))
        part = experiment
        for step in steps:
            part = part[step] if isinstance(part, list) else part.setdefault(step, {})
        if value is GONE:
            del part[last]
        elif isinstance(part, list) and last == len(part):
            part.append(value)
        else:
            part[last] = value
    return experiment


def spec(*changes):
    """The same with paths inside the spec."""
    return changed(*((f"spec/{path}", value) for path, value in changes))
