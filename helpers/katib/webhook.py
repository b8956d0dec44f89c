"""The rules by which Katib's validating webhook refuses an Experiment (0.19), in its order and its words.

What needs a cluster is left out: the namespace's label, an Experiment of the same name, what a ConfigMap
holds. Names of algorithms and collectors are those that are shipped. Defaults must have been filled in.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Sequence

import re2

from helpers.katib import jobs
from helpers.katib.findings import Finding, Shows
from helpers.katib.model import (
    Experiment,
    ExperimentSpec,
    FileSystemPath,
    HttpGet,
    MetricsCollector,
    Parameter,
    Source,
    TrialTemplate,
)
from helpers.katib.spaces import LISTED, NUMERIC
from helpers.katib.template import PLACEHOLDER, is_meta, placeholders_left, text_of

ALGORITHMS = (
    "random",
    "tpe",
    "grid",
    "multivariate-tpe",
    "bayesianoptimization",
    "hyperband",
    "cmaes",
    "sobol",
    "enas",
    "darts",
    "pbt",
)
EARLY_STOPPING = ("medianstop",)
RESUME_POLICIES = ("Never", "LongRunning", "FromVolume")
COLLECTORS = ("StdOut", "Push", "File", "TensorFlowEvent", "PrometheusMetric", "Custom")
DISTRIBUTIONS = ("uniform", "logUniform", "normal", "logNormal")
MAX_NAME = 40
_CONFIG = "in ConfigMap: katib-config"


def refusals(experiment: Experiment) -> Iterator[Finding]:
    """Yield what the webhook says to an Experiment, defaults filled in."""
    spec = experiment.spec
    yield from _name(experiment.metadata.name)
    yield from _counts(spec)
    objective = list(_objective(spec))
    yield from objective
    if objective:
        return  # as in Katib: nothing below is looked at
    yield from _algorithm(spec)
    if spec.resume_policy not in RESUME_POLICIES:
        yield _refused(
            "spec.resumePolicy", "invalid ResumePolicyType", f"Choose one of {_all(RESUME_POLICIES)}."
        )
    yield from _trial_template(spec)
    yield from parameter_refusals(spec)
    yield from _metrics_collector(spec.metrics_collector_spec or MetricsCollector())


def _refused(field: str, message: str, remedy: str) -> Finding:
    return Finding(field, message, remedy, Shows.REFUSED)


def _all(words: Sequence[str]) -> str:
    return ", ".join(words)


_SUBDOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"


def _name(name: str) -> Iterator[Finding]:
    # Katib's expression has no end: only the first letter counts. Kubernetes asks for the rest.
    if not re.match("[a-z]", name) or len(name) > MAX_NAME:
        yield _refused(
            "metadata.name",
            "name must consist of lower case alphanumeric characters or '-', start with an alphabetic "
            "character, and end with an alphanumeric character (e.g. 'my-name', or 'abc-123') "
            f"and may not be longer than {MAX_NAME} characters",
            f"It is {name!r}, {len(name)} characters: choose another.",
        )
    elif not re.fullmatch(_SUBDOMAIN, name):
        yield _refused(
            "metadata.name",
            "Katib would take this name, and Kubernetes does not: a lowercase RFC 1123 subdomain must "
            "consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
            "alphanumeric character",
            f"It is {name!r}: {re.sub('[^a-z0-9]+', '-', name.lower()).strip('-')!r} would do.",
        )


def _counts(spec: ExperimentSpec) -> Iterator[Finding]:
    failed, most, parallel = spec.max_failed_trial_count, spec.max_trial_count, spec.parallel_trial_count
    at_most = "should be less than or equal to spec.maxTrialCount"
    if failed is not None and failed < 0:
        yield _refused("spec.maxFailedTrialCount", "should not be less than 0", f"It is {failed}.")
    if most is not None and most <= 0:
        yield _refused("spec.maxTrialCount", "must be greater than 0", f"It is {most}.")
    if parallel is not None and parallel <= 0:
        yield _refused("spec.parallelTrialCount", "must be greater than 0", f"It is {parallel}.")
    if failed is not None and most is not None and failed > most:
        yield _refused("spec.maxFailedTrialCount", at_most, f"It is {failed}, and that is {most}.")
    if parallel is not None and most is not None and parallel > most:
        yield _refused(
            "spec.parallelTrialCount",
            at_most,
            f"It is {parallel} (3 when it is left out), and that is {most}: write one that fits.",
        )


def _objective(spec: ExperimentSpec) -> Iterator[Finding]:
    objective = spec.objective
    if objective is None:
        yield _refused("spec.objective", "must be specified", "Give it a type and an objectiveMetricName.")
        return
    if objective.type not in ("minimize", "maximize"):
        yield _refused("spec.objective.type", "must be minimize or maximize", f"It is {objective.type!r}.")
    if not objective.objective_metric_name:
        yield _refused(
            "spec.objective.objectiveMetricName",
            "must be specified",
            "Write the name that the trial prints, as in name=value.",
        )
    if objective.objective_metric_name in objective.additional_metric_names:
        yield _refused(
            "spec.objective.additionalMetricNames",
            "should not contain spec.objective.objectiveMetricName",
            f"Remove {objective.objective_metric_name} from it: it is collected anyway.",
        )


def _algorithm(spec: ExperimentSpec) -> Iterator[Finding]:
    if spec.algorithm is None:
        yield _refused("spec.algorithm", "must be specified", f"algorithmName is one of {_all(ALGORITHMS)}.")
    else:
        yield from _known_name(
            "spec.algorithm.algorithmName", spec.algorithm.algorithm_name, "Suggestion", ALGORITHMS
        )
    if spec.early_stopping is not None:
        yield from _known_name(
            "spec.earlyStopping.algorithmName",
            spec.early_stopping.algorithm_name,
            "EarlyStopping",
            EARLY_STOPPING,
        )


def _known_name(field: str, name: str, what: str, known: Sequence[str]) -> Iterator[Finding]:
    remedy = f"Shipped with Katib: {_all(known)}."
    if not name:
        yield _refused(field, "must be specified", remedy)
    elif name not in known:
        words = "suggestion" if what == "Suggestion" else "early stopping"
        yield _refused(
            field,
            f"unable to get {what} config data for algorithm {name}: "
            f"failed to find {words} config for algorithm: {name} {_CONFIG}",
            remedy,
        )


def _trial_template(spec: ExperimentSpec) -> Iterator[Finding]:
    template, field = spec.trial_template, "spec.trialTemplate"
    if template is None:
        yield _refused(
            field, "must be specified", "It holds trialSpec, trialParameters, primaryContainerName."
        )
        return
    if not template.primary_container_name:
        yield _refused(
            f"{field}.primaryContainerName",
            "must be specified",
            "Write the name of the container that trains: Katib reads its output.",
        )
    if not (template.success_condition and template.failure_condition):
        yield _refused(
            field,
            "successCondition and failureCondition must be specified",
            "Katib knows them for Job and Kubeflow's training jobs only: write both.",
        )
    if not template.trial_parameters:  # the first webhook writes the file anew, without an empty list
        yield _refused(
            f"{field}.trialParameters",
            "must be specified",
            "Each placeholder of the template needs an entry with name and reference.",
        )
        return
    source = list(_source(template))
    yield from source
    if not source and template.trial_spec is not None:
        yield from _placeholders(spec, template)


def _source(template: TrialTemplate) -> Iterator[Finding]:
    field, config_map = "spec.trialTemplate", template.config_map
    if template.trial_spec is None and config_map is None:
        yield _refused(
            f"{field}.TrialSource",
            "spec.trialTemplate.trialSpec or spec.trialTemplate.configMap must be specified",
            "Write the trial's Job below trialSpec.",
        )
    elif template.trial_spec is not None and config_map is not None:
        yield _refused(
            field,
            "only one of spec.trialTemplate.trialSpec or spec.trialTemplate.configMap can be specified",
            "Remove one of the two.",
        )
    elif config_map and not (
        config_map.config_map_name and config_map.config_map_namespace and config_map.template_path
    ):
        yield _refused(
            f"{field}.configMap",
            "configMapName, configMapNamespace and templatePath must be specified",
            "Write all three.",
        )


def _placeholders(spec: ExperimentSpec, template: TrialTemplate) -> Iterator[Finding]:
    field = "spec.trialTemplate.trialParameters"
    searched = {parameter.name for parameter in spec.parameters}
    names: set[str] = set()
    references: set[str] = set()
    text = text_of(template)
    for place, parameter in enumerate(template.trial_parameters or ()):
        name, reference, entry = parameter.name, parameter.reference, f"{field}[{place}]"
        if not name or not reference or "{" in name or "}" in name:
            yield _refused(
                entry,
                "name and reference must be specified and name must not contain '{' or '}'",
                "name is the placeholder's, reference the search parameter's.",
            )
            continue
        if name in names or reference in references:
            which, value = ("name", name) if name in names else ("reference", reference)
            yield _refused(
                f"{entry}.{which}",
                f"parameter {which} {value} can't be duplicated in spec.trialTemplate.trialParameters",
                "Use one entry, and its placeholder as often as you need it.",
            )
            continue
        names.add(name)
        references.add(reference)
        if searched and not is_meta(reference) and reference not in searched:
            yield _refused(
                f"{entry}.reference",
                f"parameter reference {reference} does not exist in spec.parameters",
                f"There are {_all(sorted(searched))}."
                + (" name and reference may have changed places." if name in searched else ""),
            )
        if PLACEHOLDER.format(name) not in text:
            yield _refused(
                f"{entry}.name",
                f"parameter name: {name} in spec.trialParameters not found in spec.trialTemplate",
                f"Write {PLACEHOLDER.format(name)} into the trialSpec, or remove the entry.",
            )
            return
        text = text.replace(PLACEHOLDER.format(name), "test-value")
    yield from _template_as_such(text)


def _template_as_such(text: str) -> Iterator[Finding]:
    """Yield what is wrong with the object, once each placeholder is replaced by a text."""
    field = "spec.trialTemplate"
    left = placeholders_left(text)
    if left:
        yield _refused(
            field,
            f"parameters: [{' '.join(left)}] in spec.trialTemplate not found in spec.trialParameters",
            "Each needs an entry in trialParameters with this name.",
        )
    rendered = json.loads(text)
    metadata = rendered.get("metadata")
    if isinstance(metadata, dict) and (metadata.get("name") or metadata.get("namespace")):
        yield _refused(
            field,
            "metadata.name and metadata.namespace in spec.trialTemplate must be omitted",
            "Katib gives each trial its own.",
        )
    named = [rendered.get(key) for key in ("apiVersion", "kind")]
    if not all(name and isinstance(name, str) for name in named):
        yield _refused(
            field,
            "APIVersion and Kind in spec.trialTemplate must be specified",
            "For a Job: apiVersion: batch/v1 and kind: Job.",
        )
    yield from jobs.refusals(rendered)


def parameter_refusals(spec: ExperimentSpec) -> Iterator[Finding]:
    """Yield what the webhook says to the search space of an Experiment."""
    if not spec.parameters and spec.nas_config is None:
        yield _refused(
            "spec",
            "spec.parameters or spec.nasConfig must be specified",
            "Write the search space as parameters.",
        )
    if spec.parameters and spec.nas_config is not None:
        yield _refused(
            "spec",
            "only one of spec.parameters and spec.nasConfig can be specified",
            "Remove one of the two.",
        )
    for place, parameter in enumerate(spec.parameters):
        yield from _parameter(parameter, f"spec.parameters[{place}]")


def _parameter(parameter: Parameter, field: str) -> Iterator[Finding]:
    kind, space = parameter.parameter_type, parameter.feasible_space
    if kind not in (*NUMERIC, *LISTED, "unknown"):
        yield _refused(
            f"{field}.parameterType",
            f"parameterType: {kind} is not supported",
            f"Choose one of {_all((*NUMERIC, *LISTED))}.",
        )
    if space.distribution not in (*DISTRIBUTIONS, "unknown"):
        yield _refused(
            f"{field}.feasibleSpace.distribution",
            f"distribution: {space.distribution} is not supported",
            f"Choose one of {_all(DISTRIBUTIONS)}.",
        )
    if kind in NUMERIC:
        if space.list:
            yield _refused(
                f"{field}.feasibleSpace.list",
                f"feasibleSpace.list is not supported for parameterType: {kind}",
                "Write min and max, or parameterType: discrete.",
            )
        if not (space.max and space.min):
            yield _refused(
                f"{field}.feasibleSpace.max",
                f"feasibleSpace.max or feasibleSpace.min must be specified for parameterType: {kind}",
                "Both are needed, in quotes.",
            )
    elif kind in LISTED and (space.max or space.min or space.step):
        yield _refused(
            f"{field}.feasibleSpace",
            f"feasibleSpace .max, .min and .step is not supported for parameterType: {kind}",
            "Write its values as a list.",
        )


def _metrics_collector(collector: MetricsCollector) -> Iterator[Finding]:
    kind, field = collector.collector.kind if collector.collector else "", "spec.metricsCollectorSpec"
    container = collector.collector.custom_collector if collector.collector else None
    for steps, message in jobs.container_faults(container or {}):
        yield _refused(
            f"{field}.collector.customCollector{steps}", message, "Write the value as Kubernetes wants it."
        )
    if kind not in COLLECTORS:
        yield _refused(
            f"{field}.collector.kind",
            f"invalid metrics collector kind: {kind}",
            f"Choose one of {_all(COLLECTORS)}.",
        )
    if kind in ("StdOut", "Push"):
        return  # Katib returns here: the filter is not looked at
    check = {
        "File": _file,
        "TensorFlowEvent": _tensorflow_event,
        "PrometheusMetric": _prometheus,
        "Custom": _custom,
    }
    if kind in check:
        yield from check[kind](collector, field)
    for place, expression in enumerate(filters_of(collector)):
        for message in filter_faults(expression):
            yield _refused(
                f"{field}.source.filter.metricsFormat[{place}]",
                message,
                "The first group in brackets is the metric's name, the second its value.",
            )


def filters_of(collector: MetricsCollector) -> tuple[str, ...]:
    """Return the expressions of an Experiment's collector, none by default."""
    source = collector.source
    return source.filter.metrics_format if source and source.filter else ()


def filter_faults(expression: str) -> Iterator[str]:
    """Yield what Katib says to an expression that finds metrics."""
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(expression, options=options)
    except re2.error as error:
        reason = error.args[0] if error.args else error
        yield f"invalid filter: {reason.decode() if isinstance(reason, bytes) else reason}"
        return
    except UnicodeEncodeError:
        yield "invalid filter: invalid UTF-8"
        return
    if not re.search(r"\(.*\).*\(.*\)", expression):
        yield "two top subexpressions are required"


def _is_absolute(path: FileSystemPath, *kinds: str) -> bool:
    """Return whether a path is of one of the kinds and begins at the root."""
    return path.kind in kinds and posixpath.isabs(path.path)


def _file(collector: MetricsCollector, field: str) -> Iterator[Finding]:
    source = collector.source or Source()
    path = source.file_system_path or FileSystemPath()  # a default has filled it in
    if not _is_absolute(path, "File"):
        yield _refused(
            f"{field}.source.fileSystemPath.path",
            "file path where metrics file exists is required",
            "kind must be File, and the path begin with /.",
        )
    if path.format not in ("TEXT", "JSON"):
        yield _refused(
            f"{field}.source.fileSystemPath.format",
            "format of metrics file is required for metrics collector",
            "It is TEXT or JSON.",
        )
    if path.format == "JSON" and source.filter is not None:
        yield _refused(
            f"{field}.source.filter",
            "filter must be nil when format of metrics file is json",
            "Remove it: a line of JSON names its metrics.",
        )


def _tensorflow_event(collector: MetricsCollector, field: str) -> Iterator[Finding]:
    source = collector.source or Source()
    path = source.file_system_path or FileSystemPath()  # a default has filled it in
    if not _is_absolute(path, "Directory"):
        yield _refused(
            f"{field}.source",
            "directory path where tensorflow event files exist is required by "
            ".spec.metricsCollectorSpec.source.fileSystemPath.path",
            "kind must be Directory, and the path begin with /.",
        )
    if path.format:
        yield _refused(f"{field}.source.fileSystemPath.format", "must be empty", "Remove it.")


def _prometheus(collector: MetricsCollector, field: str) -> Iterator[Finding]:
    source, kind = collector.source or Source(), "PrometheusMetric"
    get = source.http_get or HttpGet()  # a default has filled it in
    if not re.fullmatch("[+]?0*[1-9][0-9]{0,17}", str(get.port)):
        yield _refused(
            f"{field}.source.httpGet.port",
            f"must be a positive integer value for metrics collector kind: {kind}",
            f"It is {get.port!r}.",
        )
    if not get.path.startswith("/"):
        yield _refused(
            f"{field}.source.httpGet.path",
            f"path is invalid for metrics collector kind: {kind}",
            f"It is {get.path!r}: begin with /.",
        )


def _custom(collector: MetricsCollector, field: str) -> Iterator[Finding]:
    if collector.collector is None or collector.collector.custom_collector is None:
        yield _refused(
            f"{field}.collector.customCollector",
            "metrics collector kind: Custom is required",
            "Write the container that collects.",
        )
    path = collector.source.file_system_path if collector.source else None
    if path and not _is_absolute(path, "Directory", "File"):
        yield _refused(
            f"{field}.source.fileSystemPath",
            ".spec.metricsCollectorSpec.source is invalid",
            "kind must be File or Directory, and the path begin with /.",
        )
