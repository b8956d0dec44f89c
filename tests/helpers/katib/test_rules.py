"""Each rule of Katib: an Experiment that is wrong in exactly that way is told so, and nothing else."""

import pytest
from experiments import GONE, VALID, changed, spec

from helpers.errors import CourseError
from helpers.katib.checking import check_experiment, errors_in, require_valid
from helpers.katib.findings import Shows
from helpers.katib.webhook import ALGORITHMS

JOB = "trialTemplate/trialSpec"
POD = f"{JOB}/spec/template/spec"
RATE = "parameters/0/feasibleSpace"
SIZES = "parameters/1/feasibleSpace"
COLLECTOR = "metricsCollectorSpec"
SETTINGS = "algorithm/algorithmSettings"
PLACEHOLDERS = ["${trialParameters.learningRate}", "${trialParameters.batchSize}"]


def collector(kind, **source):
    return (COLLECTOR, {"collector": {"kind": kind}, **({"source": source} if source else {})})


def algorithm(name, **settings):
    entries = [{"name": key, "value": value} for key, value in settings.items()]
    return ("algorithm", {"algorithmName": name, "algorithmSettings": entries})


def double(low, high, **others):
    return (
        "parameters/0",
        {
            "name": "learning_rate",
            "parameterType": "double",
            "feasibleSpace": {"min": low, "max": high, **others},
        },
    )


def nas(**config):
    graph = {"numLayers": 8, "inputSizes": [32, 32, 3], "outputSizes": [10]}
    operation = {
        "operationType": "convolution",
        "parameters": [{"name": "filter", "parameterType": "categorical", "feasibleSpace": {"list": ["3"]}}],
    }
    return {"graphConfig": graph, "operations": [operation], **config}


def search_of_networks(name="enas", config=None, **settings):
    """An architecture search: no parameters, and a template that gets the architecture."""
    return (
        ("parameters", GONE),
        ("nasConfig", config or nas()),
        algorithm(name, **settings),
        (
            "trialTemplate/trialParameters",
            [
                {"name": "learningRate", "reference": "architecture"},
                {"name": "batchSize", "reference": "nn_config"},
            ],
        ),
    )


def operation_without(**changes):
    parameter = {
        "name": "filter",
        "parameterType": "double",
        "feasibleSpace": {"min": "1", "max": "5", "step": "1"},
    }
    return nas(operations=[{"operationType": "convolution", "parameters": [{**parameter, **changes}]}])


# number in katib-rules.md (3: webhook): the Experiment, the field, a part of the message
REFUSED = {
    "an empty list": (
        spec((f"{POD}/containers/0/env", [])),
        "spec.trialTemplate.trialSpec.spec.template.spec.containers[0].env",
        "unable to convert",
    ),
    "3 first letter": (changed(("metadata/name", "9-perceptrons")), "metadata.name", "name must consist of"),
    "3 length": (
        changed(("metadata/name", "a" * 41)),
        "metadata.name",
        "may not be longer than 40 characters",
    ),
    "3 Kubernetes": (changed(("metadata/name", "my_name")), "metadata.name", "RFC 1123 subdomain"),
    "3 generateName": (
        changed(("metadata/name", GONE), ("metadata/generateName", "a" * 36)),
        "metadata.name",
        "may not be longer than 40 characters",
    ),
    "4": (spec(("maxFailedTrialCount", -1)), "spec.maxFailedTrialCount", "should not be less than 0"),
    "6": (spec(("parallelTrialCount", 0)), "spec.parallelTrialCount", "must be greater than 0"),
    "7": (
        spec(("maxFailedTrialCount", 7)),
        "spec.maxFailedTrialCount",
        "less than or equal to spec.maxTrialCount",
    ),
    "8": (
        spec(("parallelTrialCount", 7)),
        "spec.parallelTrialCount",
        "less than or equal to spec.maxTrialCount",
    ),
    "8 default": (
        spec(("parallelTrialCount", GONE), ("maxTrialCount", 2), ("maxFailedTrialCount", 1)),
        "spec.parallelTrialCount",
        "less than or equal to spec.maxTrialCount",
    ),
    "12": (spec(("objective", GONE)), "spec.objective", "must be specified"),
    "13": (spec(("objective/type", "lower")), "spec.objective.type", "must be minimize or maximize"),
    "14": (
        spec(("objective/objectiveMetricName", GONE)),
        "spec.objective.objectiveMetricName",
        "must be specified",
    ),
    "15": (
        spec(("objective/additionalMetricNames/1", "val_loss")),
        "spec.objective.additionalMetricNames",
        "should not contain spec.objective.objectiveMetricName",
    ),
    "16": (spec(("algorithm", GONE)), "spec.algorithm", "must be specified"),
    "17": (spec(("algorithm/algorithmName", "")), "spec.algorithm.algorithmName", "must be specified"),
    "18": (
        spec(("algorithm/algorithmName", "bayesian")),
        "spec.algorithm.algorithmName",
        "failed to find suggestion config for algorithm: bayesian in ConfigMap: katib-config",
    ),
    "19": (spec(("earlyStopping", {})), "spec.earlyStopping.algorithmName", "must be specified"),
    "20": (
        spec(("earlyStopping", {"algorithmName": "asha"})),
        "spec.earlyStopping.algorithmName",
        "failed to find early stopping config for algorithm: asha",
    ),
    "21": (spec(("resumePolicy", "Always")), "spec.resumePolicy", "invalid ResumePolicyType"),
    "22": (spec(("trialTemplate", GONE)), "spec.trialTemplate", "must be specified"),
    "23": (
        spec(("trialTemplate/primaryContainerName", GONE)),
        "spec.trialTemplate.primaryContainerName",
        "must be specified",
    ),
    "24": (
        spec((f"{JOB}/kind", "Workflow"), (f"{JOB}/apiVersion", "argoproj.io/v1alpha1")),
        "spec.trialTemplate",
        "successCondition and failureCondition must be specified",
    ),
    "25": (
        spec(("trialTemplate/trialParameters", GONE)),
        "spec.trialTemplate.trialParameters",
        "must be specified",
    ),
    "25 empty": (
        spec(("trialTemplate/trialParameters", [])),
        "spec.trialTemplate.trialParameters",
        "must be specified",
    ),
    "26": (
        spec((JOB, GONE), ("trialTemplate/successCondition", "a"), ("trialTemplate/failureCondition", "b")),
        "spec.trialTemplate.TrialSource",
        "spec.trialTemplate.trialSpec or",
    ),
    "27": (spec(("trialTemplate/configMap", {"configMapName": "a"})), "spec.trialTemplate", "only one of"),
    "28": (
        spec(
            (JOB, GONE),
            ("trialTemplate/configMap", {"configMapName": "a"}),
            ("trialTemplate/successCondition", "a"),
            ("trialTemplate/failureCondition", "b"),
        ),
        "spec.trialTemplate.configMap",
        "configMapName, configMapNamespace and templatePath must be specified",
    ),
    "30 name": (
        spec(("trialTemplate/trialParameters/2", {"reference": "batch_size"})),
        "spec.trialTemplate.trialParameters[2]",
        "name and reference must be specified",
    ),
    "30 braces": (
        spec(("trialTemplate/trialParameters/2", {"name": "{x}", "reference": "batch_size"})),
        "spec.trialTemplate.trialParameters[2]",
        "name must not contain '{' or '}'",
    ),
    "31": (
        spec(("trialTemplate/trialParameters/2", {"name": "batchSize", "reference": "learning_rate"})),
        "spec.trialTemplate.trialParameters[2].name",
        "parameter name batchSize can't be duplicated",
    ),
    "32": (
        spec(("trialTemplate/trialParameters/2", {"name": "size", "reference": "batch_size"})),
        "spec.trialTemplate.trialParameters[2].reference",
        "parameter reference batch_size can't be duplicated",
    ),
    "33": (
        spec(("trialTemplate/trialParameters/1/reference", "batchsize")),
        "spec.trialTemplate.trialParameters[1].reference",
        "parameter reference batchsize does not exist in spec.parameters",
    ),
    "33 meta": (
        spec(("trialTemplate/trialParameters/1/reference", "${trialSpec.Age}")),
        "spec.trialTemplate.trialParameters[1].reference",
        "does not exist in spec.parameters",
    ),
    "34": (
        spec(("trialTemplate/trialParameters/2", {"name": "name", "reference": "${trialSpec.Name}"})),
        "spec.trialTemplate.trialParameters[2].name",
        "parameter name: name in spec.trialParameters not found",
    ),
    "35": (
        spec((f"{POD}/containers/0/args", ["${trialParameters.units}"])),
        "spec.trialTemplate",
        "parameters: [${trialParameters.units}] in spec.trialTemplate not found in spec.trialParameters",
    ),
    "37 name": (
        spec((f"{JOB}/metadata", {"name": "trial"})),
        "spec.trialTemplate",
        "metadata.name and metadata.namespace in spec.trialTemplate must be omitted",
    ),
    "37 namespace": (
        spec((f"{JOB}/metadata", {"namespace": "trial"})),
        "spec.trialTemplate",
        "metadata.name and metadata.namespace in spec.trialTemplate must be omitted",
    ),
    "38": (
        spec((f"{JOB}/apiVersion", GONE)),
        "spec.trialTemplate",
        "APIVersion and Kind in spec.trialTemplate must be specified",
    ),
    "38 no text": (
        spec((f"{JOB}/apiVersion", 1)),
        "spec.trialTemplate",
        "APIVersion and Kind in spec.trialTemplate must be specified",
    ),
    "39 metadata": (
        spec((f"{JOB}/metadata", "x")),
        "spec.trialTemplate.trialSpec.metadata",
        "'x' is not of type 'object', 'null'",
    ),
    "39 int32": (
        spec((f"{JOB}/spec/backoffLimit", 99999999999)),
        "spec.trialTemplate.trialSpec.spec.backoffLimit",
        "99999999999 is not a 'int32'",
    ),
    "39 int64": (
        spec((f"{JOB}/spec/activeDeadlineSeconds", 2**63)),
        "spec.trialTemplate.trialSpec.spec.activeDeadlineSeconds",
        "is not a 'int64'",
    ),
    "39": (
        spec((f"{JOB}/spec/backoffLimit", "0")),
        "spec.trialTemplate.trialSpec.spec.backoffLimit",
        "unable to convert spec.TrialTemplate to Job",
    ),
    "39 command": (
        spec((f"{POD}/containers/0/args", "--fast")),
        "spec.trialTemplate.trialSpec.spec.template.spec.containers[0].args",
        "'--fast' is not of type 'array'",
    ),
    "40": (
        spec((f"{POD}/containers/0/comand", ["ls"])),
        "spec.trialTemplate.trialSpec.spec.template.spec.containers[0].comand",
        "unable to convert: /spec/template/spec/containers/0/comand - ['ls'] to Job",
    ),
    "41": (
        spec(
            ("parameters", []),
            ("trialTemplate/trialParameters/0/reference", "${trialSpec.Name}"),
            ("trialTemplate/trialParameters/1/reference", "${trialSpec.Kind}"),
        ),
        "spec",
        "spec.parameters or spec.nasConfig must be specified",
    ),
    "42": (
        spec(("nasConfig", nas())),
        "spec",
        "only one of spec.parameters and spec.nasConfig can be specified",
    ),
    "43": (
        spec(("parameters/0/parameterType", "float")),
        "spec.parameters[0].parameterType",
        "parameterType: float is not supported",
    ),
    "44": (
        spec((f"{RATE}/distribution", "loguniform")),
        "spec.parameters[0].feasibleSpace.distribution",
        "distribution: loguniform is not supported",
    ),
    "46": (
        spec((f"{RATE}/list", ["0.1"])),
        "spec.parameters[0].feasibleSpace.list",
        "feasibleSpace.list is not supported for parameterType: double",
    ),
    "47": (
        spec((f"{RATE}/min", GONE)),
        "spec.parameters[0].feasibleSpace.max",
        "feasibleSpace.max or feasibleSpace.min must be specified for parameterType: double",
    ),
    "45 as 47": (spec((RATE, {})), "spec.parameters[0].feasibleSpace.max", "must be specified"),
    "48": (
        spec((f"{SIZES}/step", "2")),
        "spec.parameters[1].feasibleSpace",
        "feasibleSpace .max, .min and .step is not supported for parameterType: categorical",
    ),
    "49, 50": (
        spec(collector("Kafka")),
        "spec.metricsCollectorSpec.collector.kind",
        "invalid metrics collector kind: Kafka",
    ),
    "50 empty": (
        spec((COLLECTOR, {"collector": {}})),
        "spec.metricsCollectorSpec.collector.kind",
        "invalid metrics collector kind: ",
    ),
    "51 path": (
        spec(collector("File", fileSystemPath={"path": "metrics.log"})),
        "spec.metricsCollectorSpec.source.fileSystemPath.path",
        "file path where metrics file exists",
    ),
    "51 kind": (
        spec(collector("File", fileSystemPath={"kind": "Directory"})),
        "spec.metricsCollectorSpec.source.fileSystemPath.path",
        "file path where metrics file exists",
    ),
    "52": (
        spec(collector("File", fileSystemPath={"format": "CSV"})),
        "spec.metricsCollectorSpec.source.fileSystemPath.format",
        "format of metrics file is required",
    ),
    "53": (
        spec(collector("File", fileSystemPath={"format": "JSON"}, filter={})),
        "spec.metricsCollectorSpec.source.filter",
        "filter must be nil when format of metrics file is json",
    ),
    "54": (
        spec(collector("TensorFlowEvent", fileSystemPath={"path": "logs"})),
        "spec.metricsCollectorSpec.source",
        "directory path where tensorflow event files exist is required",
    ),
    "54 kind": (
        spec(collector("TensorFlowEvent", fileSystemPath={"kind": "File"})),
        "spec.metricsCollectorSpec.source",
        "directory path where tensorflow event files",
    ),
    "55": (
        spec(collector("TensorFlowEvent", fileSystemPath={"format": "TEXT"})),
        "spec.metricsCollectorSpec.source.fileSystemPath.format",
        "must be empty",
    ),
    "56 port": (
        spec(collector("PrometheusMetric", httpGet={"port": "http"})),
        "spec.metricsCollectorSpec.source.httpGet.port",
        "must be a positive integer value",
    ),
    "56 empty": (
        spec(collector("PrometheusMetric", httpGet={"port": ""})),
        "spec.metricsCollectorSpec.source.httpGet.port",
        "must be a positive integer value",
    ),
    "56 full width": (
        spec(collector("PrometheusMetric", httpGet={"port": "\uff18\uff10"})),
        "spec.metricsCollectorSpec.source.httpGet.port",
        "must be a positive integer value",
    ),
    "56 negative": (
        spec(collector("PrometheusMetric", httpGet={"port": -80})),
        "spec.metricsCollectorSpec.source.httpGet.port",
        "must be a positive integer value",
    ),
    "56 path": (
        spec(collector("PrometheusMetric", httpGet={"path": "metrics"})),
        "spec.metricsCollectorSpec.source.httpGet.path",
        "path is invalid",
    ),
    "57": (
        spec(collector("Custom")),
        "spec.metricsCollectorSpec.collector.customCollector",
        "metrics collector kind: Custom is required",
    ),
    "57 container": (
        spec((COLLECTOR, {"collector": {"kind": "Custom", "customCollector": {"image": 5}}})),
        "spec.metricsCollectorSpec.collector.customCollector.image",
        "5 is not of type 'string', 'null'",
    ),
    "58": (
        spec(
            (
                COLLECTOR,
                {
                    "collector": {"kind": "Custom", "customCollector": {"name": "a"}},
                    "source": {"fileSystemPath": {"path": "/a"}},
                },
            )
        ),
        "spec.metricsCollectorSpec.source.fileSystemPath",
        ".spec.metricsCollectorSpec.source is invalid",
    ),
    "59": (
        spec(collector("File", filter={"metricsFormat": ["(a"]})),
        "spec.metricsCollectorSpec.source.filter.metricsFormat[0]",
        "invalid filter: missing ): (a",
    ),
    "59 not RE2": (
        spec(collector("File", filter={"metricsFormat": ["(a)(?=b)(c)"]})),
        "spec.metricsCollectorSpec.source.filter.metricsFormat[0]",
        "invalid filter: ",
    ),
    "59 half a character": (
        spec(collector("File", filter={"metricsFormat": ["(\ud800)=(.*)"]})),
        "spec.metricsCollectorSpec.source.filter.metricsFormat[0]",
        "invalid filter: invalid UTF-8",
    ),
    "60": (
        spec(collector("File", filter={"metricsFormat": ["loss: ([0-9.]+)"]})),
        "spec.metricsCollectorSpec.source.filter.metricsFormat[0]",
        "two top subexpressions are required",
    ),
}
# stage 3: the file is decoded
UNDECODED = {
    "a number": (spec((f"{RATE}/min", 0.01)), "spec.parameters[0].feasibleSpace.min", 'in quotes: "0.01"'),
    "numbers": (spec((f"{SIZES}/list", ["32", 128])), "spec.parameters[1].feasibleSpace.list[1]", '"128"'),
    "a boolean": (spec((f"{SIZES}/list", [True, "b"])), "spec.parameters[1].feasibleSpace.list[0]", '"true"'),
    "a text": (spec(("maxTrialCount", "6")), "spec.maxTrialCount", "where Katib reads a whole number"),
    "half a trial": (spec(("maxTrialCount", 6.5)), "spec.maxTrialCount", "where Katib reads a whole number"),
    "a goal": (spec(("objective/goal", "0.3")), "spec.objective.goal", "where Katib reads a number"),
    "beyond int32": (spec(("maxTrialCount", 2**31)), "spec.maxTrialCount", "beyond what Katib can read"),
    "beyond int32 as 3e9": (spec(("maxTrialCount", 3e9)), "spec.maxTrialCount", "beyond what Katib can read"),
    "beyond a number": (spec(("objective/goal", 10**400)), "spec.objective.goal", "nearer to 0"),
    "a label": (changed(("metadata/labels", {"a": 1})), "metadata.labels[a]", 'in quotes: "1"'),
    "a pod's label": (
        spec(("trialTemplate/primaryPodLabels", {"a": True})),
        "spec.trialTemplate.primaryPodLabels[a]",
        'in quotes: "true"',
    ),
    "labels": (changed(("metadata/labels", ["a"])), "metadata.labels", "a list where Katib reads a mapping"),
    "a mapping": (
        spec((SETTINGS, {"random_state": "1"})),
        "spec.algorithm.algorithmSettings",
        "it is a mapping where Katib reads a list",
    ),
    "a list": (
        spec(("objective", ["minimize"])),
        "spec.objective",
        "it is a list where Katib reads a mapping",
    ),
    "a setting": (spec((f"{SETTINGS}/0/value", 1)), "spec.algorithm.algorithmSettings[0].value", '"1"'),
    "a Job": (spec((JOB, "job.yaml")), "spec.trialTemplate.trialSpec", "where Katib reads a mapping"),
}
# stage 5: the suggestion service validates
GRID = (double("0.1", "0.5", step="0.1"), algorithm("grid"))
TWO_DOUBLES = (
    "parameters/1",
    {"name": "batch_size", "parameterType": "int", "feasibleSpace": {"min": "16", "max": "64"}},
)
HYPERBAND = (
    (
        "parameters/1",
        {"name": "batch_size", "parameterType": "int", "feasibleSpace": {"min": "1", "max": "9"}},
    ),
    ("parameters/0/feasibleSpace/distribution", "uniform"),
    ("parallelTrialCount", 9),
    ("maxTrialCount", 20),
)
PBT = {"suggestion_trial_dir": "/opt/katib/data", "n_population": "5", "truncation_threshold": "0.2"}


def bad_setting(name, message, **settings):
    key = next(iter(settings))
    return spec(algorithm(name, **settings)), "spec.algorithm.algorithmSettings[0].value", message or key


EXPERIMENT_FAILS = {
    "random: random_state": bad_setting("random", "great or equal than zero", random_state="-1"),
    "random: no number": bad_setting("random", "failed to validate random_state(one)", random_state="one"),
    "random: unknown": (
        spec(algorithm("random", seed="1")),
        "spec.algorithm.algorithmSettings[0].name",
        "unknown setting seed for algorithm random",
    ),
    "tpe: gamma": bad_setting("tpe", "gamma should be in the range of (0, 1)", gamma="1"),
    "tpe: prior_weight": bad_setting("tpe", "prior_weight should be great than zero", prior_weight="0"),
    "tpe: n_EI_candidates": bad_setting(
        "tpe", "n_EI_candidates should be great than zero", n_EI_candidates="0"
    ),
    "tpe: random_state": bad_setting("tpe", "great or equal than zero", random_state="-3"),
    "tpe: unknown": (
        spec(algorithm("tpe", n_ei_candidates="24")),
        "spec.algorithm.algorithmSettings[0].name",
        "unknown setting n_ei_candidates for algorithm tpe",
    ),
    "multivariate-tpe: n_startup_trials": bad_setting(
        "multivariate-tpe", "greate or equal", n_startup_trials="-1"
    ),
    "multivariate-tpe: n_ei_candidates": bad_setting(
        "multivariate-tpe", "greate or equal", n_ei_candidates="-1"
    ),
    "multivariate-tpe: random_state": bad_setting("multivariate-tpe", "greate or equal", random_state="-1"),
    "multivariate-tpe: unknown": (
        spec(algorithm("multivariate-tpe", gamma="0.2")),
        "spec.algorithm.algorithmSettings[0].name",
        "unknown setting gamma",
    ),
    "grid: random_state": (
        spec(*GRID[:1], algorithm("grid", random_state="-1")),
        "spec.algorithm.algorithmSettings[0].value",
        "without a word",
    ),
    "grid: unknown": (
        spec(*GRID[:1], algorithm("grid", levels="3")),
        "spec.algorithm.algorithmSettings[0].name",
        "unknown setting levels for algorithm grid",
    ),
    "grid: step": (
        spec(double("0.1", "0.5"), algorithm("grid")),
        "spec.parameters[0].feasibleSpace.step",
        "Param learning_rate step is nil",
    ),
    "grid: step 0": (
        spec(double("0.1", "0.5", step="0"), algorithm("grid")),
        "spec.parameters[0].feasibleSpace.step",
        "is not above 0",
    ),
    "grid: no number": (
        spec(double("a", "0.5", step="0.1"), algorithm("grid")),
        "spec.parameters[0].feasibleSpace.min",
        "'a' is not a finite number",
    ),
    "grid: count": (
        spec(*GRID, ("maxTrialCount", 11)),
        "spec.maxTrialCount",
        "Max Trial Count: 11 > all possible search combinations: 10",
    ),
    "grid: count, as NumPy's arange counts": (
        spec(double("1", "2", step="0.1"), algorithm("grid"), ("maxTrialCount", 21)),
        "spec.maxTrialCount",
        "Max Trial Count: 21 > all possible search combinations: 20",
    ),
    "grid: min above max": (
        spec(double("9", "0.5", step="0.1"), algorithm("grid"), ("maxTrialCount", GONE)),
        "spec.parameters[0].feasibleSpace.min",
        "index -1 is out of bounds",
    ),
    "bayesianoptimization: base_estimator": bad_setting(
        "bayesianoptimization", "base_estimator SVR is not supported", base_estimator="SVR"
    ),
    "bayesianoptimization: n_initial_points": bad_setting(
        "bayesianoptimization", "n_initial_points should be", n_initial_points="-1"
    ),
    "bayesianoptimization: acq_func": bad_setting(
        "bayesianoptimization", "acq_func UCB is not", acq_func="UCB"
    ),
    "bayesianoptimization: acq_optimizer": bad_setting(
        "bayesianoptimization", "acq_optimizer adam is not supported", acq_optimizer="adam"
    ),
    "bayesianoptimization: random_state": bad_setting(
        "bayesianoptimization", "great or equal", random_state="-1"
    ),
    "bayesianoptimization: unknown": (
        spec(algorithm("bayesianoptimization", kappa="2")),
        "spec.algorithm.algorithmSettings[0].name",
        "unknown setting kappa",
    ),
    "hyperband: settings": (
        spec(*HYPERBAND, algorithm("hyperband", r_l="9")),
        "spec.algorithm.algorithmSettings",
        "r_l and resource_name must be set.",
    ),
    "hyperband: r_l": (
        spec(*HYPERBAND, algorithm("hyperband", r_l="-9", resource_name="batch_size")),
        "spec.algorithm.algorithmSettings[0].value",
        "r_l must be a positive float number.",
    ),
    "hyperband: r_l, no number": (
        spec(*HYPERBAND, algorithm("hyperband", r_l="all", resource_name="batch_size")),
        "spec.algorithm.algorithmSettings[0].value",
        "must be a positive float number.",
    ),
    "hyperband: r_l 0": (
        spec(*HYPERBAND, algorithm("hyperband", r_l="0", resource_name="batch_size")),
        "spec.algorithm.algorithmSettings[0].value",
        "Exception calling application: math domain",
    ),
    "hyperband: eta": (
        spec(*HYPERBAND, algorithm("hyperband", r_l="9", resource_name="batch_size", eta="1")),
        "spec.algorithm.algorithmSettings[2].value",
        "Exception calling application",
    ),
    "hyperband: parallel": (
        spec(
            *HYPERBAND, ("parallelTrialCount", 8), algorithm("hyperband", r_l="9", resource_name="batch_size")
        ),
        "spec.parallelTrialCount",
        "parallelTrialCount must be not less than 9.",
    ),
    "hyperband: resource_name": (
        spec(*HYPERBAND, algorithm("hyperband", r_l="9", resource_name="epochs")),
        "spec.algorithm.algorithmSettings[1].value",
        "resource_name setting must be in",
    ),
    "cmaes: dimensions": (
        spec((f"{RATE}/distribution", "uniform"), algorithm("cmaes")),
        "spec.parameters",
        "CMA-ES only supports two or more dimensional continuous search space.",
    ),
    "sobol: names": (
        spec(
            (f"{RATE}/distribution", "uniform"),
            algorithm("sobol"),
            ("parameters/2", {**VALID["spec"]["parameters"][1]}),
        ),
        "spec.parameters[2].name",
        "Detect duplicated parameter name: batch_size",
    ),
    "pbt: required": (
        spec(("resumePolicy", "FromVolume"), algorithm("pbt", n_population="5")),
        "spec.algorithm.algorithmSettings",
        "Required params missing: suggestion_trial_dir, truncation_threshold",
    ),
    "pbt: n_population": (
        spec(("resumePolicy", "FromVolume"), algorithm("pbt", **PBT | {"n_population": "4"})),
        "spec.algorithm.algorithmSettings[1].value",
        "Param(n_population) should be >= 5",
    ),
    "pbt: truncation": (
        spec(("resumePolicy", "FromVolume"), algorithm("pbt", **PBT | {"truncation_threshold": "2"})),
        "spec.algorithm.algorithmSettings[2].value",
        "should be between 0 and 1, inclusive",
    ),
    "pbt: no number": (
        spec(("resumePolicy", "FromVolume"), algorithm("pbt", **PBT | {"n_population": "many"})),
        "spec.algorithm.algorithmSettings[1].value",
        "Exception calling application",
    ),
    "pbt: resample": (
        spec(("resumePolicy", "FromVolume"), algorithm("pbt", **PBT, resample_probability="0.3")),
        "spec.algorithm.algorithmSettings[3].value",
        "'<=' not supported between instances",
    ),
    "enas: input": (
        spec(*search_of_networks(config=nas(graphConfig={"numLayers": 1, "outputSizes": [1]}))),
        "spec.nasConfig.graphConfig.inputSizes",
        "Missing InputSizes in GraphConfig",
    ),
    "enas: output": (
        spec(*search_of_networks(config=nas(graphConfig={"numLayers": 1, "inputSizes": [1]}))),
        "spec.nasConfig.graphConfig.outputSizes",
        "Missing OutputSizes in GraphConfig",
    ),
    "enas: layers": (
        spec(*search_of_networks(config=nas(graphConfig={"inputSizes": [1], "outputSizes": [1]}))),
        "spec.nasConfig.graphConfig.numLayers",
        "Missing NumLayers in GraphConfig",
    ),
    "enas: no graph": (
        spec(algorithm("enas")),
        "spec.nasConfig.inputSizes",
        "Missing InputSizes in GraphConfig",
    ),
    "enas: setting": (
        spec(*search_of_networks(controller_train_steps="0")),
        "spec.algorithm.algorithmSettings[0].value",
        "must be in range [1, inf)",
    ),
    "enas: open range": (
        spec(*search_of_networks(controller_learning_rate="0")),
        "spec.algorithm.algorithmSettings[0].value",
        "must be in range (0, 1)",
    ),
    "enas: type": (
        spec(*search_of_networks(controller_hidden_size="64.5")),
        "spec.algorithm.algorithmSettings[0].value",
        "must be int type",
    ),
    "enas: unknown": (
        spec(*search_of_networks(hidden_size="64")),
        "spec.algorithm.algorithmSettings[0].value",
        "Unknown Algorithm Setting name: hidden_size",
    ),
    "operation: type": (
        spec(*search_of_networks(config=nas(operations=[{"parameters": []}]))),
        "spec.nasConfig.operations[0].operationType",
        "Missing operationType in Operation",
    ),
    "operation: parameters": (
        spec(*search_of_networks(config=nas(operations=[{"operationType": "a"}]))),
        "spec.nasConfig.operations[0].parameters",
        "Missing ParameterConfigs in Operation",
    ),
    "operation: name": (
        spec(*search_of_networks(config=operation_without(name=""))),
        "spec.nasConfig.operations[0].parameters[0].name",
        "Missing Name in ParameterConfig",
    ),
    "operation: parameter type": (
        spec(*search_of_networks(config=operation_without(parameterType=""))),
        "spec.nasConfig.operations[0].parameters[0].parameterType",
        "Missing ParameterType",
    ),
    "operation: list": (
        spec(*search_of_networks(config=operation_without(parameterType="discrete", feasibleSpace={}))),
        "spec.nasConfig.operations[0].parameters[0].feasibleSpace.list",
        "Missing List",
    ),
    "operation: limits": (
        spec(*search_of_networks(config=operation_without(feasibleSpace={"step": "1"}))),
        "spec.nasConfig.operations[0].parameters[0].feasibleSpace",
        "Missing Max and Min",
    ),
    "operation: step": (
        spec(*search_of_networks("darts", operation_without(feasibleSpace={"min": "1", "max": "2"}))),
        "spec.nasConfig.operations[0].parameters[0].feasibleSpace.step",
        "should be > 0",
    ),
    "darts: epochs": (
        spec(*search_of_networks("darts", num_epochs="0")),
        "spec.algorithm.algorithmSettings[0].value",
        "num_epochs should be greater than zero",
    ),
    "darts: rate": (
        spec(*search_of_networks("darts", w_lr="-0.1")),
        "spec.algorithm.algorithmSettings[0].value",
        "w_lr should be greater than or equal to zero",
    ),
    "darts: decay": (
        spec(*search_of_networks("darts", alpha_weight_decay="-1")),
        "spec.algorithm.algorithmSettings[0].value",
        "should be greater than or equal to zero",
    ),
    "darts: momentum": (
        spec(*search_of_networks("darts", w_momentum="-1")),
        "spec.algorithm.algorithmSettings[0].value",
        "should be greater than or equal to zero",
    ),
    "darts: clip": (
        spec(*search_of_networks("darts", w_grad_clip="a")),
        "spec.algorithm.algorithmSettings[0].value",
        "failed to validate w_grad_clip(a)",
    ),
    "darts: batch": (
        spec(*search_of_networks("darts", batch_size="0")),
        "spec.algorithm.algorithmSettings[0].value",
        "batch_size should be greater than or equal to one",
    ),
    "darts: workers": (
        spec(*search_of_networks("darts", num_workers="-1")),
        "spec.algorithm.algorithmSettings[0].value",
        "num_workers should be greater than or equal to",
    ),
    "darts: nodes": (
        spec(*search_of_networks("darts", num_nodes="0")),
        "spec.algorithm.algorithmSettings[0].value",
        "num_nodes should be greater than or equal to one",
    ),
    "medianstop: trials": (
        spec(
            (
                "earlyStopping",
                {
                    "algorithmName": "medianstop",
                    "algorithmSettings": [{"name": "min_trials_required", "value": "0"}],
                },
            )
        ),
        "spec.earlyStopping.algorithmSettings[0].value",
        "min_trials_required must be greater than zero (>0)",
    ),
    "medianstop: step": (
        spec(
            (
                "earlyStopping",
                {"algorithmName": "medianstop", "algorithmSettings": [{"name": "start_step", "value": "0"}]},
            )
        ),
        "spec.earlyStopping.algorithmSettings[0].value",
        "start_step must be greater or equal than one (>=1)",
    ),
    "medianstop: unknown": (
        spec(
            (
                "earlyStopping",
                {"algorithmName": "medianstop", "algorithmSettings": [{"name": "patience", "value": "3"}]},
            )
        ),
        "spec.earlyStopping.algorithmSettings[0].name",
        "unknown setting patience for algorithm medianstop",
    ),
}
# what shows only when suggestions are made, or trials run
LATER = {
    "min above max": (
        spec((f"{RATE}/min", "9"), (f"{RATE}/max", "0.05")),
        "spec.parameters[0].feasibleSpace.min",
        "min 9 is above max 0.05",
        Shows.NO_TRIALS,
    ),
    "equal for hyperopt": (
        spec(double("0.1", "0.1")),
        "spec.parameters[0].feasibleSpace.max",
        "min and max are equal: low should be less than high: 0.1 is not smaller than 0.1",
        Shows.NO_TRIALS,
    ),
    "equal for hyperopt, on a log scale": (
        spec(double("3", "3", distribution="logUniform"), algorithm("tpe")),
        "spec.parameters[0].feasibleSpace.max",
        "low should be less than high: 1.0986122886681098 is not smaller than 1.0986122886681098",
        Shows.NO_TRIALS,
    ),
    "equal for hyperopt, an int with a step": (
        spec(double("3", "3", step="1"), ("parameters/0/parameterType", "int")),
        "spec.parameters[0].feasibleSpace.max",
        "low should be less than high: 3.0 is not smaller than 3.0",
        Shows.NO_TRIALS,
    ),
    "equal logarithms of 0": (
        spec(double("0", "0", distribution="logUniform")),
        "spec.parameters[0].feasibleSpace.min",
        "math domain error",
        Shows.NO_TRIALS,
    ),
    "equal for tpe, and 0": (
        spec(double("0", "0"), algorithm("tpe")),
        "spec.parameters[0].feasibleSpace.max",
        "min and max are equal: tpe cannot learn in a range without a width",
        Shows.STOPS,
    ),
    "equal for tpe's normal": (
        spec(double("3", "3", distribution="normal"), algorithm("tpe")),
        "spec.parameters[0].feasibleSpace.max",
        "tpe cannot learn in a range without a width",
        Shows.STOPS,
    ),
    "equal for skopt": (
        spec(double("3", "3"), ("parameters/0/parameterType", "int"), algorithm("bayesianoptimization")),
        "spec.parameters[0].feasibleSpace.max",
        "the lower bound 3 has to be less than the upper bound 3",
        Shows.NO_TRIALS,
    ),
    "equal for cmaes": (
        spec(double("3", "3"), TWO_DOUBLES, algorithm("cmaes", sigma="0")),
        "spec.parameters[0].feasibleSpace.max",
        "sigma should be non-zero positive number",
        Shows.NO_TRIALS,
    ),
    "min above a max of 0, with tpe": (
        spec(double("0.95", "0"), algorithm("tpe")),
        "spec.parameters[0].feasibleSpace.min",
        "min 0.95 is above max 0, and tpe cannot learn",
        Shows.STOPS,
    ),
    "min above a max of 0, with Optuna": (
        spec(double("0.95", "0"), algorithm("multivariate-tpe")),
        "spec.parameters[0].feasibleSpace.min",
        "min 0.95 is above max 0",
        Shows.NO_TRIALS,
    ),
    "min above a max of 0, with a normal distribution": (
        spec(double("0.95", "0", distribution="normal")),
        "spec.parameters[0].feasibleSpace.min",
        "min 0.95 is above max 0",
        Shows.NO_TRIALS,
    ),
    "min above a max of 1": (
        spec(double("5", "1")),
        "spec.parameters[0].feasibleSpace.min",
        "min 5 is above max 1",
        Shows.NO_TRIALS,
    ),
    "min above a max of 0, on a log scale": (
        spec(double("1", "0", distribution="logUniform")),
        "spec.parameters[0].feasibleSpace.min",
        "min 1 is above max 0",
        Shows.NO_TRIALS,
    ),
    "no number": (
        spec((f"{RATE}/max", "1,0")),
        "spec.parameters[0].feasibleSpace.max",
        "'1,0' is not a finite",
        Shows.NO_TRIALS,
    ),
    "no whole number": (
        spec(algorithm("multivariate-tpe"), ("parameters/0/parameterType", "int"), (f"{RATE}/min", "0.5")),
        "spec.parameters[0].feasibleSpace.min",
        "'0.5' is not a whole number",
        Shows.NO_TRIALS,
    ),
    "no number, hyperopt": (
        spec(("parameters/0/parameterType", "int"), (f"{RATE}/max", "one")),
        "spec.parameters[0].feasibleSpace.max",
        "'one' is not a whole number",
        Shows.NO_TRIALS,
    ),
    "a strategy": (
        spec(("objective/metricStrategies", [{"name": "val_loss", "value": "mean"}])),
        "spec.objective.metricStrategies[0].value",
        "by 'mean' Katib finds no value of val_loss, and makes no trial after the first that ends",
        Shows.NO_METRIC,
    ),
    "a dot": (
        changed(("metadata/name", "de.mo")),
        "metadata.name",
        "a Service's name has no dots",
        Shows.NO_TRIALS,
    ),
    "logarithm of 0": (
        spec((f"{RATE}/min", "0")),
        "spec.parameters[0].feasibleSpace.min",
        "math domain error",
        Shows.NO_TRIALS,
    ),
    "hyperopt's logNormal of 0": (
        spec((f"{RATE}/min", "0"), (f"{RATE}/distribution", "logNormal")),
        "spec.parameters[0].feasibleSpace.min",
        "a logarithm from 0: Exception calling application: math domain error",
        Shows.NO_TRIALS,
    ),
    "a logarithm that ends below where Optuna's begins": (
        spec(algorithm("multivariate-tpe"), double("-2", "-1", distribution="logUniform")),
        "spec.parameters[0].feasibleSpace.max",
        "a logarithm up to -1: Optuna's service begins at 1e-10, and low <= high must hold",
        Shows.NO_TRIALS,
    ),
    "an integer's logarithm that ends below where Optuna's begins": (
        spec(
            algorithm("multivariate-tpe"),
            double("-2", "0", distribution="logUniform"),
            ("parameters/0/parameterType", "int"),
        ),
        "spec.parameters[0].feasibleSpace.max",
        "a logarithm up to 0: Optuna's service begins at 1, and low <= high must hold",
        Shows.NO_TRIALS,
    ),
    "step 0": (
        spec(double("0", "1", step="0")),
        "spec.parameters[0].feasibleSpace.step",
        "is not above 0",
        Shows.NO_TRIALS,
    ),
    "no values": (
        spec((SIZES, {})),
        "spec.parameters[1].feasibleSpace.list",
        "accepts a space without values",
        Shows.NO_TRIALS,
    ),
    "unused": (
        spec(
            (
                "parameters/2",
                {"name": "units", "parameterType": "int", "feasibleSpace": {"min": "8", "max": "64"}},
            )
        ),
        "spec.parameters[2].name",
        "unable to find parameter from ParameterAssignment",
        Shows.NO_TRIALS,
    ),
    "annotation": (
        spec(
            ("trialTemplate/trialParameters/2", {"name": "x", "reference": "${trialSpec.Annotations[a]}"}),
            (f"{POD}/containers/0/args", ["${trialParameters.x}"]),
        ),
        "spec.trialTemplate",
        "illegal reference of trial metadata",
        Shows.NO_TRIALS,
    ),
    "a quotation mark": (
        spec((f"{SIZES}/list", ['"32"', "128"])),
        "spec.trialTemplate",
        "the template is no JSON any more",
        Shows.NO_TRIALS,
    ),
    "normal with Optuna": (
        spec((f"{RATE}/distribution", "normal"), algorithm("multivariate-tpe")),
        "spec.parameters[0].feasibleSpace.distribution",
        "leaves out a parameter with distribution normal",
        Shows.NO_TRIALS,
    ),
    "skopt from 0": (
        spec((f"{RATE}/min", "0"), algorithm("bayesianoptimization")),
        "spec.parameters[0].feasibleSpace.min",
        "every double on a log scale, and min is 0",
        Shows.NO_TRIALS,
    ),
    "goptuna's numbers": (
        spec(TWO_DOUBLES, (f"{RATE}/distribution", "uniform"), algorithm("cmaes", sigma="a")),
        "spec.algorithm.algorithmSettings[0].value",
        "invalid syntax",
        Shows.NO_TRIALS,
    ),
    "restart strategy": (
        spec(TWO_DOUBLES, (f"{RATE}/distribution", "uniform"), algorithm("cmaes", restart_strategy="None")),
        "spec.algorithm.algorithmSettings[0].value",
        "invalid restart_strategy: 'None'",
        Shows.NO_TRIALS,
    ),
    "pbt's volume": (spec(algorithm("pbt", **PBT)), "spec.resumePolicy", "in a volume", Shows.NO_TRIALS),
    "hyperband, discrete": (
        spec(
            *HYPERBAND[1:],
            ("parameters/1/parameterType", "discrete"),
            (f"{SIZES}/list", ["0.5", "1"]),
            algorithm("hyperband", r_l="9", resource_name="batch_size"),
        ),
        "spec.parameters[1].feasibleSpace.list[0]",
        "invalid literal for int()",
        Shows.NO_TRIALS,
    ),
    "a Job of another version": (
        spec((f"{JOB}/apiVersion", "batch/v1beta1")),
        "spec.trialTemplate.trialSpec.apiVersion",
        'no matches for kind "Job" in version "batch/v1beta1"',
        Shows.NEVER_BEGINS,
    ),
    "a Job of the core": (
        spec((f"{JOB}/apiVersion", "v1"), (f"{JOB}/spec", {"x": [*PLACEHOLDERS]})),
        "spec.trialTemplate.trialSpec.apiVersion",
        'no matches for kind "Job" in version "v1"',
        Shows.NEVER_BEGINS,
    ),
    "metadata that are none": (
        spec(
            (
                JOB,
                {"apiVersion": "kubeflow.org/v1", "kind": "MPIJob", "metadata": "x", "spec": PLACEHOLDERS},
            )
        ),
        "spec.trialTemplate",
        "metadata of the trialSpec is no mapping",
        Shows.NO_TRIALS,
    ),
    "restartPolicy": (
        spec((f"{POD}/restartPolicy", GONE)),
        "spec.trialTemplate.trialSpec.spec.template.spec.restartPolicy",
        "Required value",
        Shows.NEVER_BEGINS,
    ),
    "restartPolicy Always": (
        spec((f"{POD}/restartPolicy", "Always")),
        "spec.trialTemplate.trialSpec.spec.template.spec.restartPolicy",
        'valid values: "OnFailure", "Never"',
        Shows.NEVER_BEGINS,
    ),
    "image": (
        spec((f"{POD}/containers/0/image", GONE)),
        "spec.trialTemplate.trialSpec.spec.template.spec.containers[0].image",
        "Required value",
        Shows.NEVER_BEGINS,
    ),
    "backoffLimit below 0": (
        spec((f"{JOB}/spec/backoffLimit", -1)),
        "spec.trialTemplate.trialSpec.spec.backoffLimit",
        "-1: must be greater than or equal to 0",
        Shows.NEVER_BEGINS,
    ),
    "activeDeadlineSeconds below 0": (
        spec((f"{JOB}/spec/activeDeadlineSeconds", -5)),
        "spec.trialTemplate.trialSpec.spec.activeDeadlineSeconds",
        "-5: must be greater than or equal to 0",
        Shows.NEVER_BEGINS,
    ),
    "container's name": (
        spec(
            (f"{POD}/containers/0/name", "My_Training"), ("trialTemplate/primaryContainerName", "My_Training")
        ),
        "spec.trialTemplate.trialSpec.spec.template.spec.containers[0].name",
        "RFC 1123 label",
        Shows.NEVER_BEGINS,
    ),
    "primaryContainerName": (
        spec(("trialTemplate/primaryContainerName", "trainer")),
        "spec.trialTemplate.primaryContainerName",
        "no container of the trial is called trainer",
        Shows.NEVER_BEGINS,
    ),
    "StdOut's filter": (
        spec(collector("StdOut", filter={"metricsFormat": ["(a"]})),
        "spec.metricsCollectorSpec.source.filter.metricsFormat[0]",
        "the webhook does not look at it",
        Shows.NO_METRIC,
    ),
    "one group": (
        spec(collector("StdOut", filter={"metricsFormat": ["loss: (.*)"]})),
        "spec.metricsCollectorSpec.source.filter.metricsFormat[0]",
        "two top subexpressions are required",
        Shows.NO_METRIC,
    ),
}
WARNINGS = {
    "a misspelt key": (spec(("maxTrialcount", 6)), "spec.maxTrialcount", "Did you mean maxTrialCount?"),
    "a misspelt key, deep": (
        spec((f"{RATE}/distributon", "uniform")),
        "spec.parameters[0].feasibleSpace.distributon",
        "Did you mean distribution?",
    ),
    "another key": (spec(("owner", "me")), "spec.owner", "The fields here are parameters, objective"),
    "never ends": (spec(("maxTrialCount", GONE)), "spec.maxTrialCount", "go on for ever"),
    "ends by its goal": (
        spec(("maxTrialCount", GONE), ("objective/goal", 0.3)),
        "spec.maxTrialCount",
        "until the goal is reached",
    ),
    "names": (
        spec(("parameters/2", {**VALID["spec"]["parameters"][1]})),
        "spec.parameters[1].name",
        "2 parameters are called batch_size",
    ),
    "a value twice": (
        spec((f"{SIZES}/list", ["32", "32"])),
        "spec.parameters[1].feasibleSpace.list[1]",
        "twice",
    ),
    "null in a list": (
        spec((f"{SIZES}/list", ["32", None])),
        "spec.parameters[1].feasibleSpace.list[1]",
        "it is null, and Katib reads an empty entry",
    ),
    "null for a label": (changed(("metadata/labels", {"a": None})), "metadata.labels[a]", "an empty entry"),
    "discrete texts": (
        spec(("parameters/1/parameterType", "discrete"), (f"{SIZES}/list", ["a", "1"])),
        "spec.parameters[1].feasibleSpace.list[0]",
        "'a' is no number",
    ),
    "a strategy of another metric": (
        spec(("objective/metricStrategies", [{"name": "val_accuracy", "value": "last"}])),
        "spec.objective.metricStrategies[0].value",
        "by 'last' Katib finds no value of val_accuracy",
    ),
    "hyperopt does not compare a 0": (
        spec(double("0.95", "0")),
        "spec.parameters[0].feasibleSpace.min",
        "min 0.95 is above max 0, and random draws between them all the same",
    ),
    "hyperopt does not compare a 0, with a step": (
        spec(double("0", "-4", step="2"), ("parameters/0/parameterType", "int")),
        "spec.parameters[0].feasibleSpace.min",
        "random draws between them",
    ),
    "hyperopt does not compare a logarithm of 0": (
        spec(double("5", "1", distribution="logUniform")),
        "spec.parameters[0].feasibleSpace.min",
        "min 5 is above max 1, and random draws between them all the same",
    ),
    "hyperband compares nothing": (
        spec(*HYPERBAND, double("5", "2"), algorithm("hyperband", r_l="9", resource_name="batch_size")),
        "spec.parameters[0].feasibleSpace.min",
        "min 5 is above max 2, and hyperband draws between them all the same",
    ),
    "a step beyond limits that are exchanged": (
        spec(double("1", "0.05", step="0.1", distribution="logUniform")),
        "spec.parameters[0].feasibleSpace.step",
        "rounds each value to a multiple of 0.1",
    ),
    "hyperopt's step": (
        spec(double("10", "100", step="20"), ("parameters/0/parameterType", "int")),
        "spec.parameters[0].feasibleSpace.step",
        "rounds each value to a multiple of 20, which may lie beyond min or max",
    ),
    "hyperopt's step, with tpe": (
        spec(double("0.04", "1", step="0.1"), algorithm("tpe")),
        "spec.parameters[0].feasibleSpace.step",
        "rounds each value to a multiple of 0.1",
    ),
    "an int with a point": (
        spec(double("1.0", "10", step="1"), ("parameters/0/parameterType", "int")),
        "spec.parameters[0].feasibleSpace.min",
        "takes '1.0' for an int, others make no trial with it",
    ),
    "hyperopt's normal": (
        spec((f"{RATE}/distribution", "normal")),
        "spec.parameters[0].feasibleSpace.distribution",
        "normal has no limits here",
    ),
    "goptuna's logUniform": (
        spec(TWO_DOUBLES, algorithm("cmaes")),
        "spec.parameters[0].feasibleSpace.distribution",
        "draws it on a linear scale",
    ),
    "goptuna's normal": (
        spec(TWO_DOUBLES, (f"{RATE}/distribution", "normal"), algorithm("sobol")),
        "spec.parameters[0].feasibleSpace.distribution",
        "ignores normal",
    ),
    "skopt's uniform": (
        spec((f"{RATE}/distribution", "uniform"), algorithm("bayesianoptimization")),
        "spec.parameters[0].feasibleSpace.distribution",
        "every double on a log scale",
    ),
    "skopt's step": (
        spec((f"{RATE}/step", "0.1"), algorithm("bayesianoptimization")),
        "spec.parameters[0].feasibleSpace.step",
        "ignores step",
    ),
    "Optuna's step": (
        spec((f"{RATE}/step", "0.1"), algorithm("multivariate-tpe")),
        "spec.parameters[0].feasibleSpace.step",
        "ignores step with logUniform",
    ),
    "Optuna's logarithm of 0": (
        spec((f"{RATE}/min", "0"), algorithm("multivariate-tpe")),
        "spec.parameters[0].feasibleSpace.min",
        "begins at 1e-10 without a word",
    ),
    "repeated trials": (
        spec((f"{JOB}/spec/backoffLimit", GONE)),
        "spec.trialTemplate.trialSpec.spec.backoffLimit",
        "six times by default",
    ),
}


@pytest.mark.parametrize(("experiment", "field", "message"), REFUSED.values(), ids=REFUSED)
def test_is_an_experiment_refused_for_exactly_this(experiment, field, message):
    (finding,) = check_experiment(experiment)
    assert (finding.field, finding.shows) == (field, Shows.REFUSED)
    assert message in finding.message
    assert finding.remedy
    assert "\n" not in str(finding)


@pytest.mark.parametrize(("experiment", "field", "remedy"), UNDECODED.values(), ids=UNDECODED)
def test_is_a_value_of_another_type_found(experiment, field, remedy):
    (finding,) = check_experiment(experiment)
    assert (finding.field, finding.shows) == (field, Shows.REFUSED)
    assert remedy in str(finding)


@pytest.mark.parametrize(("experiment", "field", "message"), EXPERIMENT_FAILS.values(), ids=EXPERIMENT_FAILS)
def test_does_a_service_refuse_exactly_this(experiment, field, message):
    (finding,) = errors_in(check_experiment(experiment))
    assert (finding.field, finding.shows) == (field, Shows.EXPERIMENT_FAILS)
    assert message in finding.message


@pytest.mark.parametrize(("experiment", "field", "message", "shows"), LATER.values(), ids=LATER)
def test_is_found_what_shows_only_later(experiment, field, message, shows):
    (finding,) = errors_in(check_experiment(experiment))
    assert (finding.field, finding.shows) == (field, shows)
    assert message in finding.message


@pytest.mark.parametrize(("experiment", "field", "message"), WARNINGS.values(), ids=WARNINGS)
def test_is_a_warning_given_and_no_error(experiment, field, message):
    findings = check_experiment(experiment)
    assert [finding.is_error for finding in findings] == [False] * len(findings)
    assert field in [finding.field for finding in findings]
    assert any(message in str(finding) for finding in findings if finding.field == field)


RIGHT_ALGORITHMS = {
    "random": (algorithm("random", random_state="3"),),
    "tpe": (algorithm("tpe", gamma="0.25", prior_weight="1.0", n_EI_candidates="24", random_state="3"),),
    "grid": (*GRID, ("maxTrialCount", 10)),
    "multivariate-tpe": (algorithm("multivariate-tpe", n_startup_trials="3", n_ei_candidates="24"),),
    "bayesianoptimization": (
        algorithm(
            "bayesianoptimization",
            base_estimator="GP",
            acq_func="EI",
            acq_optimizer="auto",
            n_initial_points="3",
        ),
    ),
    "hyperband": (*HYPERBAND, algorithm("hyperband", r_l="9", resource_name="batch_size", eta="3")),
    "cmaes": (
        TWO_DOUBLES,
        (f"{RATE}/distribution", "uniform"),
        algorithm("cmaes", restart_strategy="ipop", sigma="1"),
    ),
    "sobol": (TWO_DOUBLES, (f"{RATE}/distribution", "uniform"), algorithm("sobol")),
    "enas": search_of_networks("enas", controller_hidden_size="64", controller_temperature="None"),
    "darts": search_of_networks(
        "darts", operation_without(), num_epochs="3", batch_size="None", stem_multiplier="1"
    ),
    "pbt": (("resumePolicy", "FromVolume"), algorithm("pbt", **PBT)),
}
RIGHT_COLLECTORS = {
    "StdOut": (collector("StdOut", filter={"metricsFormat": [r"(\w+): ([0-9.]+)"]}),),
    "Push": (collector("Push"),),
    "File": (collector("File"),),
    "File, text": (
        collector("File", fileSystemPath={"path": "/out/log"}, filter={"metricsFormat": ["(a) (b)"]}),
    ),
    "File, JSON": (collector("File", fileSystemPath={"path": "/out/log", "kind": "File", "format": "JSON"}),),
    "TensorFlowEvent": (
        collector("TensorFlowEvent", fileSystemPath={"path": "/train", "kind": "Directory"}),
    ),
    "PrometheusMetric": (collector("PrometheusMetric", httpGet={"port": "8000"}),),
    "PrometheusMetric, by default": (collector("PrometheusMetric", httpGet={"port": "0"}),),
    "Custom": (
        (COLLECTOR, {"collector": {"kind": "Custom", "customCollector": {"name": "mine", "image": "a"}}}),
    ),
}
RIGHT = {
    "as it is": (),
    "a goal": (("objective/goal", 1),),
    "whole numbers as Go reads them": (("maxTrialCount", 6.0),),
    "null for nothing": (("earlyStopping", None), ("metricsCollectorSpec", None)),
    "strategies": (("objective/metricStrategies", [{"name": "val_loss", "value": "latest"}]),),
    "multiples of step": (double("-0.3", "0.9", step="0.1"),),
    "a max within the last step": (double("0", "1", step="0.3"),),
    "whole numbers by a step": (
        double("16", "100", step="16"),
        ("parameters/0/parameterType", "int"),
    ),
    "a single 0, which hyperopt does not compare": (double("0", "0"),),
    "a single 1, whose logarithm hyperopt does not compare": (double("1", "1", distribution="logUniform"),),
    "a single value for Optuna": (double("0.1", "0.1"), algorithm("multivariate-tpe")),
    "a single value in a grid": (
        double("3", "3", step="1"),
        algorithm("grid"),
        ("maxTrialCount", 2),
        ("parallelTrialCount", 2),
        ("maxFailedTrialCount", 1),
    ),
    "a single value for sobol": (TWO_DOUBLES, double("3", "3"), algorithm("sobol")),
    "a single value for cmaes with a sigma": (TWO_DOUBLES, double("3", "3"), algorithm("cmaes", sigma="1")),
    "a grid that NumPy's arange makes longer": (
        double("0.1", "0.12", step="0.01"),
        algorithm("grid"),
        ("maxTrialCount", 6),
    ),
    "medianstop": (
        (
            "earlyStopping",
            {
                "algorithmName": "medianstop",
                "algorithmSettings": [
                    {"name": "min_trials_required", "value": "3"},
                    {"name": "start_step", "value": "2"},
                ],
            },
        ),
    ),
    "the trial's own name": (
        ("trialTemplate/trialParameters/2", {"name": "n", "reference": "${trialSpec.Name}"}),
        (f"{POD}/containers/0/args", ["${trialParameters.n}"]),
    ),
    "a device of its own": (
        (f"{POD}/containers/0/resources", {"limits": {"nvidia.com/gpu": 1, "cpu": "2"}}),
    ),
    "a Job of another group": (
        (JOB, {"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job", "spec": {"tasks": PLACEHOLDERS}}),
    ),
    "a template in the cluster": (
        (JOB, GONE),
        ("trialTemplate/configMap", {"configMapName": "a", "configMapNamespace": "b", "templatePath": "c"}),
        ("trialTemplate/successCondition", "a"),
        ("trialTemplate/failureCondition", "b"),
    ),
    "a PyTorchJob": (
        (
            JOB,
            {
                "apiVersion": "kubeflow.org/v1",
                "kind": "PyTorchJob",
                "spec": {
                    "pytorchReplicaSpecs": "${trialParameters.learningRate} ${trialParameters.batchSize}"
                },
            },
        ),
    ),
    **RIGHT_ALGORITHMS,
    **RIGHT_COLLECTORS,
}


@pytest.mark.parametrize("changes", RIGHT.values(), ids=RIGHT)
def test_is_a_right_experiment_without_findings(changes):
    assert check_experiment(spec(*changes)) == []


CONTAINER = f"{POD}/containers/0"
# Where Go's own Job leaves out a field that is empty, Katib finds that it was lost, and refuses it.
LEFT_OUT = {
    "a text in the environment": (f"{CONTAINER}/env", [{"name": "A", "value": ""}], "env[0].value", '""'),
    "no image": (f"{CONTAINER}/image", "", "image", '""'),
    "readOnly": (
        f"{CONTAINER}/volumeMounts",
        [{"name": "v", "mountPath": "/d", "readOnly": False}],
        "volumeMounts[0].readOnly",
        "false",
    ),
    "a probe": (f"{CONTAINER}/livenessProbe", {"periodSeconds": 0}, "livenessProbe.periodSeconds", "0"),
    "limits": (f"{CONTAINER}/resources", {"limits": {}}, "resources.limits", "{}"),
    "null": (f"{CONTAINER}/workingDir", None, "workingDir", "null"),
    "null in a list": (f"{CONTAINER}/args", ["a", None], "args[1]", "null"),
    "hostNetwork": (f"{POD}/hostNetwork", False, "hostNetwork", "false"),
    "nodeName": (f"{POD}/nodeName", "", "nodeName", '""'),
    "nodeSelector": (f"{POD}/nodeSelector", {}, "nodeSelector", "{}"),
    "labels": (f"{JOB}/spec/template/metadata", {"labels": {}}, "metadata.labels", "{}"),
    "a time": (f"{JOB}/metadata", {"creationTimestamp": None}, "metadata.creationTimestamp", "null"),
    "suspend as null": (f"{JOB}/spec/suspend", None, "suspend", "null"),
}
KEPT = {
    "suspend": (f"{JOB}/spec/suspend", False),
    "parallelism": (f"{JOB}/spec/parallelism", 0),
    "metadata": (f"{JOB}/metadata", {}),
    "a label": (f"{JOB}/metadata", {"labels": {"a": ""}}),
    "securityContext": (f"{POD}/securityContext", {}),
    "automountServiceAccountToken": (f"{POD}/automountServiceAccountToken", False),
    "emptyDir": (f"{POD}/volumes", [{"name": "v", "emptyDir": {}}]),
    "sources": (f"{POD}/volumes", [{"name": "v", "projected": {"sources": []}}]),
    "resources": (f"{CONTAINER}/resources", {}),
    "runAsUser": (f"{CONTAINER}/securityContext", {"runAsUser": 0, "privileged": False}),
    "an argument": (f"{CONTAINER}/args", [""]),
    "a header": (
        f"{CONTAINER}/livenessProbe",
        {"httpGet": {"port": 80, "httpHeaders": [{"name": "A", "value": ""}]}},
    ),
    "a resource of one's own": (f"{CONTAINER}/resources", {"limits": {"a.b/c": 0}}),
}


@pytest.mark.parametrize(("path", "value", "field", "shown"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_is_an_empty_field_refused_that_go_leaves_out(path, value, field, shown):
    (finding,) = check_experiment(spec((path, value)))
    assert finding.shows is Shows.REFUSED
    assert finding.field.endswith(f".{field}")
    assert finding.message.endswith(f" - {shown} to Job")


@pytest.mark.parametrize("change", KEPT.values(), ids=KEPT)
def test_is_an_empty_field_accepted_that_go_keeps(change):
    assert check_experiment(spec(change)) == []


def test_is_an_unknown_key_without_a_value_told_once():
    (finding,) = check_experiment(spec((f"{POD}/node", None)))
    assert finding.message.endswith("/spec/template/spec/node - None to Job")


def test_is_a_null_among_trial_parameters_an_entry_without_a_name():
    found = check_experiment(spec(("trialTemplate/trialParameters/2", None)))
    assert [(finding.field, finding.shows) for finding in found] == [
        ("spec.trialTemplate.trialParameters[2]", Shows.OTHERWISE),
        ("spec.trialTemplate.trialParameters[2]", Shows.REFUSED),
    ]


def test_does_the_api_server_make_a_name_before_katib_looks_at_it():
    experiment = changed(("metadata/name", GONE), ("metadata/generateName", "demo-"))
    assert check_experiment(experiment) == []
    assert require_valid(experiment).metadata.name == "demo-xxxxx"


def test_is_there_a_right_file_for_every_algorithm():
    assert sorted(RIGHT_ALGORITHMS) == sorted(ALGORITHMS)


def test_are_all_refusals_told_at_once():
    found = check_experiment(
        spec(("maxTrialCount", 0), ("algorithm/algorithmName", "x"), (f"{SIZES}/max", "3"))
    )
    assert len({finding.field for finding in found}) == 5  # both counts that are above 0 are above it, too


def test_is_a_count_of_0_refused():
    # 5; what runs in parallel is above it then, always
    found = check_experiment(spec(("maxTrialCount", 0), ("maxFailedTrialCount", GONE)))
    assert [(finding.field, finding.message) for finding in found] == [
        ("spec.maxTrialCount", "must be greater than 0"),
        ("spec.parallelTrialCount", "should be less than or equal to spec.maxTrialCount"),
    ]


def test_does_an_objective_that_is_wrong_hide_what_comes_after_it():
    found = check_experiment(spec(("objective/type", ""), ("algorithm", GONE)))
    assert [finding.field for finding in found] == ["spec.objective.type"]


def test_are_defaults_filled_in():
    experiment = require_valid(spec(("parallelTrialCount", GONE), ("objective/type", "maximize")))
    assert experiment.spec.parallel_trial_count == 3
    assert experiment.spec.resume_policy == "Never"
    assert [strategy.value for strategy in experiment.spec.objective.metric_strategies] == ["max", "max"]
    assert experiment.spec.trial_template.success_condition.startswith(
        'status.conditions.#(type=="Complete")'
    )
    assert experiment.spec.metrics_collector_spec.collector.kind == "StdOut"
    assert experiment.spec.parameters[1].feasible_space.distribution == "uniform"


def test_is_the_first_error_raised_and_the_others_counted():
    with pytest.raises(
        CourseError, match=r"^spec\.maxTrialCount: must be greater than 0.*\(2 more: check the file\)$"
    ):
        require_valid(spec(("maxTrialCount", 0)))
