"""Each rule of Katib: an Experiment that is wrong in exactly that way is told so, and nothing else."""

import re

import pytest
from experiments import GONE, VALID, changed, spec

from helpers.errors import CourseError
from helpers.katib.checking import check_experiment, errors_in, require_valid
from helpers.katib.findings import Shows
from helpers.katib.webhook import ALGORITHMS

TEMPLATE = "trialTemplate"
TRIAL_PARAMETERS = f"{TEMPLATE}/trialParameters"
JOB = "trialTemplate/trialSpec"
POD = f"{JOB}/spec/template/spec"
CONTAINER = f"{POD}/containers/0"
RATE = "parameters/0/feasibleSpace"
MIN, MAX, STEP, DISTRIBUTION = (f"{RATE}/{key}" for key in ("min", "max", "step", "distribution"))
SIZES = "parameters/1/feasibleSpace"
COLLECTOR = "metricsCollectorSpec"
SOURCE = f"{COLLECTOR}/source"
FILE = f"{SOURCE}/fileSystemPath"
FORMAT = f"{SOURCE}/filter/metricsFormat/0"
SETTINGS = "algorithm/algorithmSettings"
NAME, VALUE = f"{SETTINGS}/0/name", f"{SETTINGS}/0/value"
OPERATION = "nasConfig/operations/0"
PLACEHOLDERS = ["${trialParameters.learningRate}", "${trialParameters.batchSize}"]

# Changes of the valid Experiment.
AN_INT = ("parameters/0/parameterType", "int")
UNIFORM = (DISTRIBUTION, "uniform")
VOLUME = ("resumePolicy", "FromVolume")


def collector(kind, **source):
    return (COLLECTOR, {"collector": {"kind": kind}, **({"source": source} if source else {})})


def file(path):
    return collector("File", fileSystemPath=path)


def metrics_format(kind, expression):
    return collector(kind, filter={"metricsFormat": [expression]})


def with_settings(name, settings):
    entries = [{"name": key, "value": value} for key, value in settings.items()]
    return {"algorithmName": name, "algorithmSettings": entries}


def algorithm(name, **settings):
    return ("algorithm", with_settings(name, settings))


def early_stopping(name, **settings):
    return ("earlyStopping", with_settings(name, settings))


def trial_parameter(name, reference):
    return (f"{TRIAL_PARAMETERS}/2", {"name": name, "reference": reference})


def double(low, high, **others):
    space = {"min": low, "max": high, **others}
    return ("parameters/0", {"name": "learning_rate", "parameterType": "double", "feasibleSpace": space})


def integer(low, high):
    space = {"min": low, "max": high}
    return ("parameters/1", {"name": "batch_size", "parameterType": "int", "feasibleSpace": space})


def nas(**config):
    graph = {"numLayers": 8, "inputSizes": [32, 32, 3], "outputSizes": [10]}
    filters = {"name": "filter", "parameterType": "categorical", "feasibleSpace": {"list": ["3"]}}
    operation = {"operationType": "convolution", "parameters": [filters]}
    return {"graphConfig": graph, "operations": [operation], **config}


def search_of_networks(name="enas", config=None, **settings):
    """An architecture search: no parameters, and a template that gets the architecture."""
    return (
        ("parameters", GONE),
        ("nasConfig", config or nas()),
        algorithm(name, **settings),
        (f"{TRIAL_PARAMETERS}/0/reference", "architecture"),
        (f"{TRIAL_PARAMETERS}/1/reference", "nn_config"),
    )


def operation_without(**changes):
    space = {"min": "1", "max": "5", "step": "1"}
    parameter = {"name": "filter", "parameterType": "double", "feasibleSpace": space} | changes
    return nas(operations=[{"operationType": "convolution", "parameters": [parameter]}])


def case(message, *changes, at=None):
    """A wrong Experiment, the field where it is found, and a part of the message.

    changes: of the valid one; a path begins in the spec, or with / at the top.
    at: path of the field; None for that of the first change.
    """
    paths = [path[1:] if path.startswith("/") else f"spec/{path}" for path, _ in changes]
    field = paths[0] if at is None else f"spec/{at}".removeprefix("spec//").rstrip("/")
    experiment = changed(*((path, value) for path, (_, value) in zip(paths, changes, strict=True)))
    return experiment, re.sub(r"/(\d+)", r"[\1]", field).replace("/", "."), message


# number in katib-rules.md (3: webhook): a case
REFUSED = {
    "an empty list": case("unable to convert", (f"{CONTAINER}/env", [])),
    "3 first letter": case("name must consist of", ("/metadata/name", "9-perceptrons")),
    "3 length": case("may not be longer than 40 characters", ("/metadata/name", "a" * 41)),
    "3 Kubernetes": case("RFC 1123 subdomain", ("/metadata/name", "my_name")),
    "3 generateName": case(
        "may not be longer than 40 characters", ("/metadata/name", GONE), ("/metadata/generateName", "a" * 36)
    ),
    "4": case("should not be less than 0", ("maxFailedTrialCount", -1)),
    "6": case("must be greater than 0", ("parallelTrialCount", 0)),
    "7": case("less than or equal to spec.maxTrialCount", ("maxFailedTrialCount", 7)),
    "8": case("less than or equal to spec.maxTrialCount", ("parallelTrialCount", 7)),
    "8 default": case(
        "less than or equal to spec.maxTrialCount",
        ("parallelTrialCount", GONE),
        ("maxTrialCount", 2),
        ("maxFailedTrialCount", 1),
    ),
    "12": case("must be specified", ("objective", GONE)),
    "13": case("must be minimize or maximize", ("objective/type", "lower")),
    "14": case("must be specified", ("objective/objectiveMetricName", GONE)),
    "15": case(
        "should not contain spec.objective.objectiveMetricName",
        ("objective/additionalMetricNames/1", "val_loss"),
        at="objective/additionalMetricNames",
    ),
    "16": case("must be specified", ("algorithm", GONE)),
    "17": case("must be specified", ("algorithm/algorithmName", "")),
    "18": case(
        "failed to find suggestion config for algorithm: bayesian in ConfigMap: katib-config",
        ("algorithm/algorithmName", "bayesian"),
    ),
    "19": case("must be specified", ("earlyStopping", {}), at="earlyStopping/algorithmName"),
    "20": case(
        "failed to find early stopping config for algorithm: asha",
        ("earlyStopping", {"algorithmName": "asha"}),
        at="earlyStopping/algorithmName",
    ),
    "21": case("invalid ResumePolicyType", ("resumePolicy", "Always")),
    "22": case("must be specified", ("trialTemplate", GONE)),
    "23": case("must be specified", ("trialTemplate/primaryContainerName", GONE)),
    "24": case(
        "successCondition and failureCondition must be specified",
        (f"{JOB}/kind", "Workflow"),
        (f"{JOB}/apiVersion", "argoproj.io/v1alpha1"),
        at=TEMPLATE,
    ),
    "25": case("must be specified", (TRIAL_PARAMETERS, GONE)),
    "25 empty": case("must be specified", (TRIAL_PARAMETERS, [])),
    "26": case(
        "spec.trialTemplate.trialSpec or",
        (JOB, GONE),
        ("trialTemplate/successCondition", "a"),
        ("trialTemplate/failureCondition", "b"),
        at="trialTemplate/TrialSource",
    ),
    "27": case("only one of", ("trialTemplate/configMap", {"configMapName": "a"}), at=TEMPLATE),
    "28": case(
        "configMapName, configMapNamespace and templatePath must be specified",
        (JOB, GONE),
        ("trialTemplate/configMap", {"configMapName": "a"}),
        ("trialTemplate/successCondition", "a"),
        ("trialTemplate/failureCondition", "b"),
        at="trialTemplate/configMap",
    ),
    "30 name": case(
        "name and reference must be specified", (f"{TRIAL_PARAMETERS}/2", {"reference": "batch_size"})
    ),
    "30 braces": case("name must not contain '{' or '}'", trial_parameter("{x}", "batch_size")),
    "31": case(
        "parameter name batchSize can't be duplicated",
        trial_parameter("batchSize", "learning_rate"),
        at=f"{TRIAL_PARAMETERS}/2/name",
    ),
    "32": case(
        "parameter reference batch_size can't be duplicated",
        trial_parameter("size", "batch_size"),
        at=f"{TRIAL_PARAMETERS}/2/reference",
    ),
    "33": case(
        "parameter reference batchsize does not exist in spec.parameters",
        (f"{TRIAL_PARAMETERS}/1/reference", "batchsize"),
    ),
    "33 meta": case(
        "does not exist in spec.parameters", (f"{TRIAL_PARAMETERS}/1/reference", "${trialSpec.Age}")
    ),
    "34": case(
        "parameter name: name in spec.trialParameters not found",
        trial_parameter("name", "${trialSpec.Name}"),
        at=f"{TRIAL_PARAMETERS}/2/name",
    ),
    "35": case(
        "parameters: [${trialParameters.units}] in spec.trialTemplate not found in spec.trialParameters",
        (f"{CONTAINER}/args", ["${trialParameters.units}"]),
        at=TEMPLATE,
    ),
    **{
        f"37 {key}": case(
            "metadata.name and metadata.namespace in spec.trialTemplate must be omitted",
            (f"{JOB}/metadata", {key: "trial"}),
            at=TEMPLATE,
        )
        for key in ("name", "namespace")
    },
    **{
        f"38 {name}": case(
            "APIVersion and Kind in spec.trialTemplate must be specified",
            (f"{JOB}/apiVersion", version),
            at=TEMPLATE,
        )
        for name, version in {"gone": GONE, "no text": 1}.items()
    },
    "39 metadata": case("'x' is not of type 'object', 'null'", (f"{JOB}/metadata", "x")),
    "39 int32": case("99999999999 is not a 'int32'", (f"{JOB}/spec/backoffLimit", 99999999999)),
    "39 int64": case("is not a 'int64'", (f"{JOB}/spec/activeDeadlineSeconds", 2**63)),
    "39": case("unable to convert spec.TrialTemplate to Job", (f"{JOB}/spec/backoffLimit", "0")),
    "39 command": case("'--fast' is not of type 'array'", (f"{CONTAINER}/args", "--fast")),
    "40": case(
        "unable to convert: /spec/template/spec/containers/0/comand - ['ls'] to Job",
        (f"{CONTAINER}/comand", ["ls"]),
    ),
    "41": case(
        "spec.parameters or spec.nasConfig must be specified",
        ("parameters", []),
        (f"{TRIAL_PARAMETERS}/0/reference", "${trialSpec.Name}"),
        (f"{TRIAL_PARAMETERS}/1/reference", "${trialSpec.Kind}"),
        at="",
    ),
    "42": case(
        "only one of spec.parameters and spec.nasConfig can be specified", ("nasConfig", nas()), at=""
    ),
    "43": case("parameterType: float is not supported", ("parameters/0/parameterType", "float")),
    "44": case("distribution: loguniform is not supported", (DISTRIBUTION, "loguniform")),
    "46": case("feasibleSpace.list is not supported for parameterType: double", (f"{RATE}/list", ["0.1"])),
    "47": case(
        "feasibleSpace.max or feasibleSpace.min must be specified for parameterType: double",
        (MIN, GONE),
        at=MAX,
    ),
    "45 as 47": case("must be specified", (RATE, {}), at=MAX),
    "48": case(
        "feasibleSpace .max, .min and .step is not supported for parameterType: categorical",
        (f"{SIZES}/step", "2"),
        at=SIZES,
    ),
    "49, 50": case(
        "invalid metrics collector kind: Kafka", collector("Kafka"), at=f"{COLLECTOR}/collector/kind"
    ),
    "50 empty": case(
        "invalid metrics collector kind: ", (COLLECTOR, {"collector": {}}), at=f"{COLLECTOR}/collector/kind"
    ),
    **{
        f"51 {key}": case("file path where metrics file exists", file({key: value}), at=f"{FILE}/path")
        for key, value in {"path": "metrics.log", "kind": "Directory"}.items()
    },
    "52": case("format of metrics file is required", file({"format": "CSV"}), at=f"{FILE}/format"),
    "53": case(
        "filter must be nil when format of metrics file is json",
        collector("File", fileSystemPath={"format": "JSON"}, filter={}),
        at=f"{SOURCE}/filter",
    ),
    "54": case(
        "directory path where tensorflow event files exist is required",
        collector("TensorFlowEvent", fileSystemPath={"path": "logs"}),
        at=SOURCE,
    ),
    "54 kind": case(
        "directory path where tensorflow event files",
        collector("TensorFlowEvent", fileSystemPath={"kind": "File"}),
        at=SOURCE,
    ),
    "55": case(
        "must be empty", collector("TensorFlowEvent", fileSystemPath={"format": "TEXT"}), at=f"{FILE}/format"
    ),
    **{
        f"56 {port!r}": case(
            "must be a positive integer value",
            collector("PrometheusMetric", httpGet={"port": port}),
            at=f"{SOURCE}/httpGet/port",
        )
        for port in ("http", "", "\uff18\uff10", -80)
    },
    "56 path": case(
        "path is invalid",
        collector("PrometheusMetric", httpGet={"path": "metrics"}),
        at=f"{SOURCE}/httpGet/path",
    ),
    "57": case(
        "metrics collector kind: Custom is required",
        collector("Custom"),
        at=f"{COLLECTOR}/collector/customCollector",
    ),
    "57 container": case(
        "5 is not of type 'string', 'null'",
        (COLLECTOR, {"collector": {"kind": "Custom", "customCollector": {"image": 5}}}),
        at=f"{COLLECTOR}/collector/customCollector/image",
    ),
    "58": case(
        ".spec.metricsCollectorSpec.source is invalid",
        (
            COLLECTOR,
            {
                "collector": {"kind": "Custom", "customCollector": {"name": "a"}},
                "source": {"fileSystemPath": {"path": "/a"}},
            },
        ),
        at=FILE,
    ),
    "59": case("invalid filter: missing ): (a", metrics_format("File", "(a"), at=FORMAT),
    "59 not RE2": case("invalid filter: ", metrics_format("File", "(a)(?=b)(c)"), at=FORMAT),
    "59 half a character": case(
        "invalid filter: invalid UTF-8", metrics_format("File", "(\ud800)=(.*)"), at=FORMAT
    ),
    "60": case("two top subexpressions are required", metrics_format("File", "loss: ([0-9.]+)"), at=FORMAT),
}
# stage 3: the file is decoded
UNDECODED = {
    "a number": case('in quotes: "0.01"', (MIN, 0.01)),
    "numbers": case('"128"', (f"{SIZES}/list", ["32", 128]), at=f"{SIZES}/list/1"),
    "a boolean": case('"true"', (f"{SIZES}/list", [True, "b"]), at=f"{SIZES}/list/0"),
    "a text": case("where Katib reads a whole number", ("maxTrialCount", "6")),
    "half a trial": case("where Katib reads a whole number", ("maxTrialCount", 6.5)),
    "a goal": case("where Katib reads a number", ("objective/goal", "0.3")),
    "beyond int32": case("beyond what Katib can read", ("maxTrialCount", 2**31)),
    "beyond int32 as 3e9": case("beyond what Katib can read", ("maxTrialCount", 3e9)),
    "beyond a number": case("nearer to 0", ("objective/goal", 10**400)),
    "a label": case('in quotes: "1"', ("/metadata/labels", {"a": 1}), at="/metadata/labels[a]"),
    "a pod's label": case(
        'in quotes: "true"',
        ("trialTemplate/primaryPodLabels", {"a": True}),
        at="trialTemplate/primaryPodLabels[a]",
    ),
    "labels": case("a list where Katib reads a mapping", ("/metadata/labels", ["a"])),
    "a mapping": case("it is a mapping where Katib reads a list", (SETTINGS, {"random_state": "1"})),
    "a list": case("it is a list where Katib reads a mapping", ("objective", ["minimize"])),
    "a setting": case('"1"', (VALUE, 1)),
    "a Job": case("where Katib reads a mapping", (JOB, "job.yaml")),
}
# stage 5: the suggestion service validates
GRID = (double("0.1", "0.5", step="0.1"), algorithm("grid"))
TWO_DOUBLES = integer("16", "64")
HYPERBAND = (integer("1", "9"), UNIFORM, ("parallelTrialCount", 9), ("maxTrialCount", 20))
R_L = {"r_l": "9", "resource_name": "batch_size"}
PBT = {"suggestion_trial_dir": "/opt/katib/data", "n_population": "5", "truncation_threshold": "0.2"}


def bad_setting(name, message, *, at=VALUE, **settings):
    return case(message, algorithm(name, **settings), at=at)


def bad_hyperband(message, *, at=VALUE, **settings):
    return case(message, *HYPERBAND, algorithm("hyperband", **R_L | settings), at=at)


def bad_network(message, *search, at=VALUE, **settings):
    return case(message, *search_of_networks(*search, **settings), at=at)


EXPERIMENT_FAILS = {
    "random: random_state": bad_setting("random", "great or equal than zero", random_state="-1"),
    "random: no number": bad_setting("random", "failed to validate random_state(one)", random_state="one"),
    "random: unknown": bad_setting("random", "unknown setting seed for algorithm random", seed="1", at=NAME),
    "tpe: gamma": bad_setting("tpe", "gamma should be in the range of (0, 1)", gamma="1"),
    "tpe: prior_weight": bad_setting("tpe", "prior_weight should be great than zero", prior_weight="0"),
    "tpe: n_EI_candidates": bad_setting(
        "tpe", "n_EI_candidates should be great than zero", n_EI_candidates="0"
    ),
    "tpe: random_state": bad_setting("tpe", "great or equal than zero", random_state="-3"),
    "tpe: unknown": bad_setting(
        "tpe", "unknown setting n_ei_candidates for algorithm tpe", n_ei_candidates="24", at=NAME
    ),
    "multivariate-tpe: n_startup_trials": bad_setting(
        "multivariate-tpe", "greate or equal", n_startup_trials="-1"
    ),
    "multivariate-tpe: n_ei_candidates": bad_setting(
        "multivariate-tpe", "greate or equal", n_ei_candidates="-1"
    ),
    "multivariate-tpe: random_state": bad_setting("multivariate-tpe", "greate or equal", random_state="-1"),
    "multivariate-tpe: unknown": bad_setting(
        "multivariate-tpe", "unknown setting gamma", gamma="0.2", at=NAME
    ),
    "grid: random_state": case("without a word", *GRID[:1], algorithm("grid", random_state="-1"), at=VALUE),
    "grid: unknown": case(
        "unknown setting levels for algorithm grid", *GRID[:1], algorithm("grid", levels="3"), at=NAME
    ),
    "grid: step": case("Param learning_rate step is nil", double("0.1", "0.5"), algorithm("grid"), at=STEP),
    "grid: step 0": case("is not above 0", double("0.1", "0.5", step="0"), algorithm("grid"), at=STEP),
    "grid: no number": case(
        "'a' is not a finite number", double("a", "0.5", step="0.1"), algorithm("grid"), at=MIN
    ),
    "grid: count": case(
        "Max Trial Count: 11 > all possible search combinations: 10",
        *GRID,
        ("maxTrialCount", 11),
        at="maxTrialCount",
    ),
    "grid: count, as NumPy's arange counts": case(
        "Max Trial Count: 21 > all possible search combinations: 20",
        double("1", "2", step="0.1"),
        algorithm("grid"),
        ("maxTrialCount", 21),
        at="maxTrialCount",
    ),
    "grid: min above max": case(
        "index -1 is out of bounds",
        double("9", "0.5", step="0.1"),
        algorithm("grid"),
        ("maxTrialCount", GONE),
        at=MIN,
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
    "bayesianoptimization: unknown": bad_setting(
        "bayesianoptimization", "unknown setting kappa", kappa="2", at=NAME
    ),
    "hyperband: settings": case(
        "r_l and resource_name must be set.", *HYPERBAND, algorithm("hyperband", r_l="9"), at=SETTINGS
    ),
    "hyperband: r_l": bad_hyperband("r_l must be a positive float number.", r_l="-9"),
    "hyperband: r_l, no number": bad_hyperband("must be a positive float number.", r_l="all"),
    "hyperband: r_l 0": bad_hyperband("Exception calling application: math domain", r_l="0"),
    "hyperband: eta": bad_hyperband("Exception calling application", eta="1", at=f"{SETTINGS}/2/value"),
    "hyperband: parallel": case(
        "parallelTrialCount must be not less than 9.",
        *HYPERBAND,
        ("parallelTrialCount", 8),
        algorithm("hyperband", **R_L),
        at="parallelTrialCount",
    ),
    "hyperband: resource_name": bad_hyperband(
        "resource_name setting must be in", resource_name="epochs", at=f"{SETTINGS}/1/value"
    ),
    "cmaes: dimensions": case(
        "CMA-ES only supports two or more dimensional continuous search space.",
        UNIFORM,
        algorithm("cmaes"),
        at="parameters",
    ),
    "sobol: names": case(
        "Detect duplicated parameter name: batch_size",
        UNIFORM,
        algorithm("sobol"),
        ("parameters/2", {**VALID["spec"]["parameters"][1]}),
        at="parameters/2/name",
    ),
    "pbt: required": case(
        "Required params missing: suggestion_trial_dir, truncation_threshold",
        VOLUME,
        algorithm("pbt", n_population="5"),
        at=SETTINGS,
    ),
    "pbt: n_population": case(
        "Param(n_population) should be >= 5",
        VOLUME,
        algorithm("pbt", **PBT | {"n_population": "4"}),
        at=f"{SETTINGS}/1/value",
    ),
    "pbt: truncation": case(
        "should be between 0 and 1, inclusive",
        VOLUME,
        algorithm("pbt", **PBT | {"truncation_threshold": "2"}),
        at=f"{SETTINGS}/2/value",
    ),
    "pbt: no number": case(
        "Exception calling application",
        VOLUME,
        algorithm("pbt", **PBT | {"n_population": "many"}),
        at=f"{SETTINGS}/1/value",
    ),
    "pbt: resample": case(
        "'<=' not supported between instances",
        VOLUME,
        algorithm("pbt", **PBT, resample_probability="0.3"),
        at=f"{SETTINGS}/3/value",
    ),
    "enas: input": bad_network(
        "Missing InputSizes in GraphConfig",
        config=nas(graphConfig={"numLayers": 1, "outputSizes": [1]}),
        at="nasConfig/graphConfig/inputSizes",
    ),
    "enas: output": bad_network(
        "Missing OutputSizes in GraphConfig",
        config=nas(graphConfig={"numLayers": 1, "inputSizes": [1]}),
        at="nasConfig/graphConfig/outputSizes",
    ),
    "enas: layers": bad_network(
        "Missing NumLayers in GraphConfig",
        config=nas(graphConfig={"inputSizes": [1], "outputSizes": [1]}),
        at="nasConfig/graphConfig/numLayers",
    ),
    "enas: no graph": case("Missing InputSizes in GraphConfig", algorithm("enas"), at="nasConfig/inputSizes"),
    "enas: setting": bad_network("must be in range [1, inf)", controller_train_steps="0"),
    "enas: open range": bad_network("must be in range (0, 1)", controller_learning_rate="0"),
    "enas: type": bad_network("must be int type", controller_hidden_size="64.5"),
    "enas: unknown": bad_network("Unknown Algorithm Setting name: hidden_size", hidden_size="64"),
    "operation: type": bad_network(
        "Missing operationType in Operation",
        config=nas(operations=[{"parameters": []}]),
        at=f"{OPERATION}/operationType",
    ),
    "operation: parameters": bad_network(
        "Missing ParameterConfigs in Operation",
        config=nas(operations=[{"operationType": "a"}]),
        at=f"{OPERATION}/parameters",
    ),
    "operation: name": bad_network(
        "Missing Name in ParameterConfig",
        config=operation_without(name=""),
        at=f"{OPERATION}/parameters/0/name",
    ),
    "operation: parameter type": bad_network(
        "Missing ParameterType",
        config=operation_without(parameterType=""),
        at=f"{OPERATION}/parameters/0/parameterType",
    ),
    "operation: list": bad_network(
        "Missing List",
        config=operation_without(parameterType="discrete", feasibleSpace={}),
        at=f"{OPERATION}/parameters/0/feasibleSpace/list",
    ),
    "operation: limits": bad_network(
        "Missing Max and Min",
        config=operation_without(feasibleSpace={"step": "1"}),
        at=f"{OPERATION}/parameters/0/feasibleSpace",
    ),
    "operation: step": bad_network(
        "should be > 0",
        "darts",
        operation_without(feasibleSpace={"min": "1", "max": "2"}),
        at=f"{OPERATION}/parameters/0/feasibleSpace/step",
    ),
    "darts: epochs": bad_network("num_epochs should be greater than zero", "darts", num_epochs="0"),
    "darts: rate": bad_network("w_lr should be greater than or equal to zero", "darts", w_lr="-0.1"),
    "darts: decay": bad_network("should be greater than or equal to zero", "darts", alpha_weight_decay="-1"),
    "darts: momentum": bad_network("should be greater than or equal to zero", "darts", w_momentum="-1"),
    "darts: clip": bad_network("failed to validate w_grad_clip(a)", "darts", w_grad_clip="a"),
    "darts: batch": bad_network("batch_size should be greater than or equal to one", "darts", batch_size="0"),
    "darts: workers": bad_network(
        "num_workers should be greater than or equal to", "darts", num_workers="-1"
    ),
    "darts: nodes": bad_network("num_nodes should be greater than or equal to one", "darts", num_nodes="0"),
    "medianstop: trials": case(
        "min_trials_required must be greater than zero (>0)",
        early_stopping("medianstop", min_trials_required="0"),
        at="earlyStopping/algorithmSettings/0/value",
    ),
    "medianstop: step": case(
        "start_step must be greater or equal than one (>=1)",
        early_stopping("medianstop", start_step="0"),
        at="earlyStopping/algorithmSettings/0/value",
    ),
    "medianstop: unknown": case(
        "unknown setting patience for algorithm medianstop",
        early_stopping("medianstop", patience="3"),
        at="earlyStopping/algorithmSettings/0/name",
    ),
}
# what shows only when suggestions are made, or trials run
LATER = {
    Shows.EXPERIMENT_FAILS: EXPERIMENT_FAILS,
    Shows.NO_TRIALS: {
        "min above max": case("min 9 is above max 0.05", (MIN, "9"), (MAX, "0.05")),
        "equal for hyperopt": case(
            "min and max are equal: low should be less than high: 0.1 is not smaller than 0.1",
            double("0.1", "0.1"),
            at=MAX,
        ),
        "equal for hyperopt, on a log scale": case(
            "low should be less than high: 1.0986122886681098 is not smaller than 1.0986122886681098",
            double("3", "3", distribution="logUniform"),
            algorithm("tpe"),
            at=MAX,
        ),
        "equal for hyperopt, an int with a step": case(
            "low should be less than high: 3.0 is not smaller than 3.0",
            double("3", "3", step="1"),
            AN_INT,
            at=MAX,
        ),
        "equal logarithms of 0": case(
            "math domain error", double("0", "0", distribution="logUniform"), at=MIN
        ),
        "equal for skopt": case(
            "the lower bound 3 has to be less than the upper bound 3",
            double("3", "3"),
            AN_INT,
            algorithm("bayesianoptimization"),
            at=MAX,
        ),
        "equal for cmaes": case(
            "sigma should be non-zero positive number",
            double("3", "3"),
            TWO_DOUBLES,
            algorithm("cmaes", sigma="0"),
            at=MAX,
        ),
        "min above a max of 0, with Optuna": case(
            "min 0.95 is above max 0", double("0.95", "0"), algorithm("multivariate-tpe"), at=MIN
        ),
        "min above a max of 0, with a normal distribution": case(
            "min 0.95 is above max 0", double("0.95", "0", distribution="normal"), at=MIN
        ),
        "min above a max of 1": case("min 5 is above max 1", double("5", "1"), at=MIN),
        "min above a max of 0, on a log scale": case(
            "min 1 is above max 0", double("1", "0", distribution="logUniform"), at=MIN
        ),
        "no number": case("'1,0' is not a finite", (MAX, "1,0")),
        "no whole number": case(
            "'0.5' is not a whole number", algorithm("multivariate-tpe"), AN_INT, (MIN, "0.5"), at=MIN
        ),
        "no number, hyperopt": case("'one' is not a whole number", AN_INT, (MAX, "one"), at=MAX),
        "a dot": case("a Service's name has no dots", ("/metadata/name", "de.mo")),
        "logarithm of 0": case("math domain error", (MIN, "0")),
        "hyperopt's logNormal of 0": case(
            "a logarithm from 0: Exception calling application: math domain error",
            (MIN, "0"),
            (DISTRIBUTION, "logNormal"),
        ),
        "a logarithm that ends below where Optuna's begins": case(
            "a logarithm up to -1: Optuna's service begins at 1e-10, and low <= high must hold",
            algorithm("multivariate-tpe"),
            double("-2", "-1", distribution="logUniform"),
            at=MAX,
        ),
        "an integer's logarithm that ends below where Optuna's begins": case(
            "a logarithm up to 0: Optuna's service begins at 1, and low <= high must hold",
            algorithm("multivariate-tpe"),
            double("-2", "0", distribution="logUniform"),
            AN_INT,
            at=MAX,
        ),
        "step 0": case("is not above 0", double("0", "1", step="0"), at=STEP),
        "no values": case("accepts a space without values", (SIZES, {}), at=f"{SIZES}/list"),
        "unused": case(
            "unable to find parameter from ParameterAssignment",
            (
                "parameters/2",
                {"name": "units", "parameterType": "int", "feasibleSpace": {"min": "8", "max": "64"}},
            ),
            at="parameters/2/name",
        ),
        "annotation": case(
            "illegal reference of trial metadata",
            trial_parameter("x", "${trialSpec.Annotations[a]}"),
            (f"{CONTAINER}/args", ["${trialParameters.x}"]),
            at=TEMPLATE,
        ),
        "a quotation mark": case(
            "the template is no JSON any more", (f"{SIZES}/list", ['"32"', "128"]), at=TEMPLATE
        ),
        "normal with Optuna": case(
            "leaves out a parameter with distribution normal",
            (DISTRIBUTION, "normal"),
            algorithm("multivariate-tpe"),
        ),
        "skopt from 0": case(
            "every double on a log scale, and min is 0", (MIN, "0"), algorithm("bayesianoptimization")
        ),
        "goptuna's numbers": case(
            "invalid syntax", TWO_DOUBLES, UNIFORM, algorithm("cmaes", sigma="a"), at=VALUE
        ),
        "restart strategy": case(
            "invalid restart_strategy: 'None'",
            TWO_DOUBLES,
            UNIFORM,
            algorithm("cmaes", restart_strategy="None"),
            at=VALUE,
        ),
        "pbt's volume": case("in a volume", algorithm("pbt", **PBT), at="resumePolicy"),
        "hyperband, discrete": case(
            "invalid literal for int()",
            *HYPERBAND[1:],
            ("parameters/1/parameterType", "discrete"),
            (f"{SIZES}/list", ["0.5", "1"]),
            algorithm("hyperband", **R_L),
            at=f"{SIZES}/list/0",
        ),
        "metadata that are none": case(
            "metadata of the trialSpec is no mapping",
            (JOB, {"apiVersion": "kubeflow.org/v1", "kind": "MPIJob", "metadata": "x", "spec": PLACEHOLDERS}),
            at=TEMPLATE,
        ),
    },
    Shows.STOPS: {
        "equal for tpe, and 0": case(
            "min and max are equal: tpe cannot learn in a range without a width",
            double("0", "0"),
            algorithm("tpe"),
            at=MAX,
        ),
        "equal for tpe's normal": case(
            "tpe cannot learn in a range without a width",
            double("3", "3", distribution="normal"),
            algorithm("tpe"),
            at=MAX,
        ),
        "min above a max of 0, with tpe": case(
            "min 0.95 is above max 0, and tpe cannot learn", double("0.95", "0"), algorithm("tpe"), at=MIN
        ),
    },
    Shows.NO_METRIC: {
        "a strategy": case(
            "by 'mean' Katib finds no value of val_loss, and makes no trial after the first that ends",
            ("objective/metricStrategies", [{"name": "val_loss", "value": "mean"}]),
            at="objective/metricStrategies/0/value",
        ),
        "StdOut's filter": case("the webhook does not look at it", metrics_format("StdOut", "(a"), at=FORMAT),
        "one group": case(
            "two top subexpressions are required", metrics_format("StdOut", "loss: (.*)"), at=FORMAT
        ),
    },
    Shows.NEVER_BEGINS: {
        "a Job of another version": case(
            'no matches for kind "Job" in version "batch/v1beta1"', (f"{JOB}/apiVersion", "batch/v1beta1")
        ),
        "a Job of the core": case(
            'no matches for kind "Job" in version "v1"',
            (f"{JOB}/apiVersion", "v1"),
            (f"{JOB}/spec", {"x": [*PLACEHOLDERS]}),
        ),
        "restartPolicy": case("Required value", (f"{POD}/restartPolicy", GONE)),
        "restartPolicy Always": case(
            'valid values: "OnFailure", "Never"', (f"{POD}/restartPolicy", "Always")
        ),
        "image": case("Required value", (f"{CONTAINER}/image", GONE)),
        "backoffLimit below 0": case(
            "-1: must be greater than or equal to 0", (f"{JOB}/spec/backoffLimit", -1)
        ),
        "activeDeadlineSeconds below 0": case(
            "-5: must be greater than or equal to 0", (f"{JOB}/spec/activeDeadlineSeconds", -5)
        ),
        "container's name": case(
            "RFC 1123 label",
            (f"{CONTAINER}/name", "My_Training"),
            ("trialTemplate/primaryContainerName", "My_Training"),
        ),
        "primaryContainerName": case(
            "no container of the trial is called trainer", ("trialTemplate/primaryContainerName", "trainer")
        ),
    },
}
WARNINGS = {
    "a misspelt key": case("Did you mean maxTrialCount?", ("maxTrialcount", 6)),
    "a misspelt key, deep": case("Did you mean distribution?", (f"{RATE}/distributon", "uniform")),
    "another key": case("The fields here are parameters, objective", ("owner", "me")),
    "never ends": case("go on for ever", ("maxTrialCount", GONE)),
    "ends by its goal": case("until the goal is reached", ("maxTrialCount", GONE), ("objective/goal", 0.3)),
    "names": case(
        "2 parameters are called batch_size",
        ("parameters/2", {**VALID["spec"]["parameters"][1]}),
        at="parameters/1/name",
    ),
    "a value twice": case("twice", (f"{SIZES}/list", ["32", "32"]), at=f"{SIZES}/list/1"),
    "null in a list": case(
        "it is null, and Katib reads an empty entry", (f"{SIZES}/list", ["32", None]), at=f"{SIZES}/list/1"
    ),
    "null for a label": case("an empty entry", ("/metadata/labels", {"a": None}), at="/metadata/labels[a]"),
    "discrete texts": case(
        "'a' is no number",
        ("parameters/1/parameterType", "discrete"),
        (f"{SIZES}/list", ["a", "1"]),
        at=f"{SIZES}/list/0",
    ),
    "a strategy of another metric": case(
        "by 'last' Katib finds no value of val_accuracy",
        ("objective/metricStrategies", [{"name": "val_accuracy", "value": "last"}]),
        at="objective/metricStrategies/0/value",
    ),
    "hyperopt does not compare a 0": case(
        "min 0.95 is above max 0, and random draws between them all the same", double("0.95", "0"), at=MIN
    ),
    "hyperopt does not compare a 0, with a step": case(
        "random draws between them", double("0", "-4", step="2"), AN_INT, at=MIN
    ),
    "hyperopt does not compare a logarithm of 0": case(
        "min 5 is above max 1, and random draws between them all the same",
        double("5", "1", distribution="logUniform"),
        at=MIN,
    ),
    "hyperband compares nothing": case(
        "min 5 is above max 2, and hyperband draws between them all the same",
        *HYPERBAND,
        double("5", "2"),
        algorithm("hyperband", **R_L),
        at=MIN,
    ),
    "a step beyond limits that are exchanged": case(
        "rounds each value to a multiple of 0.1",
        double("1", "0.05", step="0.1", distribution="logUniform"),
        at=STEP,
    ),
    "hyperopt's step": case(
        "rounds each value to a multiple of 20, which may lie beyond min or max",
        double("10", "100", step="20"),
        AN_INT,
        at=STEP,
    ),
    "hyperopt's step, with tpe": case(
        "rounds each value to a multiple of 0.1", double("0.04", "1", step="0.1"), algorithm("tpe"), at=STEP
    ),
    "an int with a point": case(
        "takes '1.0' for an int, others make no trial with it", double("1.0", "10", step="1"), AN_INT, at=MIN
    ),
    "hyperopt's normal": case("normal has no limits here", (DISTRIBUTION, "normal")),
    "goptuna's logUniform": case(
        "draws it on a linear scale", TWO_DOUBLES, algorithm("cmaes"), at=DISTRIBUTION
    ),
    "goptuna's normal": case(
        "ignores normal", TWO_DOUBLES, (DISTRIBUTION, "normal"), algorithm("sobol"), at=DISTRIBUTION
    ),
    "skopt's uniform": case("every double on a log scale", UNIFORM, algorithm("bayesianoptimization")),
    "skopt's step": case("ignores step", (STEP, "0.1"), algorithm("bayesianoptimization")),
    "Optuna's step": case("ignores step with logUniform", (STEP, "0.1"), algorithm("multivariate-tpe")),
    "Optuna's logarithm of 0": case(
        "begins at 1e-10 without a word", (MIN, "0"), algorithm("multivariate-tpe")
    ),
    "repeated trials": case("six times by default", (f"{JOB}/spec/backoffLimit", GONE)),
}


def test_is_an_experiment_refused_for_exactly_this(subtests):
    for name, (experiment, field, message) in (REFUSED | UNDECODED).items():
        with subtests.test(name):
            (finding,) = check_experiment(experiment)
            assert (finding.field, finding.shows) == (field, Shows.REFUSED)
            assert message in str(finding)
            assert finding.remedy
            assert "\n" not in str(finding)


def test_is_found_what_shows_only_later(subtests):
    for shows, cases in LATER.items():
        for name, (experiment, field, message) in cases.items():
            with subtests.test(name):
                (finding,) = errors_in(check_experiment(experiment))
                assert (finding.field, finding.shows) == (field, shows)
                assert message in finding.message


def test_is_a_warning_given_and_no_error(subtests):
    for name, (experiment, field, message) in WARNINGS.items():
        with subtests.test(name):
            findings = check_experiment(experiment)
            assert errors_in(findings) == []
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
    "cmaes": (TWO_DOUBLES, UNIFORM, algorithm("cmaes", restart_strategy="ipop", sigma="1")),
    "sobol": (TWO_DOUBLES, UNIFORM, algorithm("sobol")),
    "enas": search_of_networks("enas", controller_hidden_size="64", controller_temperature="None"),
    "darts": search_of_networks(
        "darts", operation_without(), num_epochs="3", batch_size="None", stem_multiplier="1"
    ),
    "pbt": (VOLUME, algorithm("pbt", **PBT)),
}
RIGHT_COLLECTORS = {
    "StdOut": (collector("StdOut", filter={"metricsFormat": [r"(\w+): ([0-9.]+)"]}),),
    "Push": (collector("Push"),),
    "File": (collector("File"),),
    "File, text": (
        collector("File", fileSystemPath={"path": "/out/log"}, filter={"metricsFormat": ["(a) (b)"]}),
    ),
    "File, JSON": (file({"path": "/out/log", "kind": "File", "format": "JSON"}),),
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
    "whole numbers by a step": (double("16", "100", step="16"), AN_INT),
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
        trial_parameter("n", "${trialSpec.Name}"),
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


def test_is_a_right_experiment_without_findings(subtests):
    for name, changes in RIGHT.items():
        with subtests.test(name):
            assert check_experiment(spec(*changes)) == []


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


def test_is_an_empty_field_refused_that_go_leaves_out(subtests):
    for name, (path, value, field, shown) in LEFT_OUT.items():
        with subtests.test(name):
            (finding,) = check_experiment(spec((path, value)))
            assert finding.shows is Shows.REFUSED
            assert finding.field.endswith(f".{field}")
            assert finding.message.endswith(f" - {shown} to Job")


def test_is_an_empty_field_accepted_that_go_keeps(subtests):
    for name, change in KEPT.items():
        with subtests.test(name):
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
