"""What is filled in before Katib looks at an Experiment: its mutating webhook's defaults (0.19)."""

from __future__ import annotations

from dataclasses import replace

from helpers.katib.model import (
    Collector,
    Experiment,
    ExperimentSpec,
    FileSystemPath,
    HttpGet,
    Metadata,
    MetricsCollector,
    MetricStrategy,
    Objective,
    Operation,
    Parameter,
    Source,
    TrialTemplate,
)

PARALLEL_TRIAL_COUNT = 3
RESUME_POLICY = "Never"
STRATEGIES = {"minimize": "min", "maximize": "max"}
TRAINING_JOBS = ("TFJob", "PyTorchJob", "XGBoostJob", "MPIJob")


def with_defaults(experiment: Experiment) -> Experiment:
    """Return an Experiment with what the API server and Katib add to it when it is submitted."""
    return replace(experiment, metadata=_metadata(experiment.metadata), spec=_spec(experiment.spec))


def _metadata(metadata: Metadata) -> Metadata:
    """Return metadata with a name: the API server puts five signs of its own behind generateName."""
    if metadata.name or not metadata.generate_name:
        return metadata
    return replace(metadata, name=f"{metadata.generate_name}xxxxx")


def _spec(spec: ExperimentSpec) -> ExperimentSpec:
    nas = spec.nas_config
    return replace(
        spec,
        parallel_trial_count=PARALLEL_TRIAL_COUNT
        if spec.parallel_trial_count is None
        else spec.parallel_trial_count,
        resume_policy=spec.resume_policy or RESUME_POLICY,
        objective=spec.objective and _objective(spec.objective),
        trial_template=spec.trial_template and _trial_template(spec.trial_template),
        metrics_collector_spec=_metrics_collector(spec.metrics_collector_spec or MetricsCollector()),
        parameters=tuple(map(_parameter, spec.parameters)),
        nas_config=nas and replace(nas, operations=tuple(map(_operation, nas.operations))),
    )


def _operation(operation: Operation) -> Operation:
    return replace(operation, parameters=tuple(map(_parameter, operation.parameters)))


def _parameter(parameter: Parameter) -> Parameter:
    space = parameter.feasible_space
    return replace(parameter, feasible_space=replace(space, distribution=space.distribution or "uniform"))


def _objective(objective: Objective) -> Objective:
    """Return the objective with a strategy for each metric: a trial's value is by default its best one."""
    named = {strategy.name for strategy in objective.metric_strategies}
    value = STRATEGIES.get(objective.type, "latest")
    added = (MetricStrategy(name, value) for name in objective.metric_names if name not in named)
    return replace(objective, metric_strategies=(*objective.metric_strategies, *added))


def _trial_template(template: TrialTemplate) -> TrialTemplate:
    """Return the template with the conditions by which Katib sees that a trial has ended."""
    kind = (template.trial_spec or {}).get("kind")
    if kind == "Job":
        ended, failed = "Complete", "Failed"
    elif kind in TRAINING_JOBS:
        ended, failed = "Succeeded", "Failed"
    elif kind == "TrainJob":
        ended, failed = "Complete", "Failed"
    else:
        return template
    labels = template.primary_pod_labels
    if not labels and kind in TRAINING_JOBS:
        labels = {"training.kubeflow.org/job-role": "master"}
    if not labels and kind == "TrainJob":
        labels = {
            "jobset.sigs.k8s.io/replicatedjob-name": "node",
            "batch.kubernetes.io/job-completion-index": "0",
        }
    return replace(
        template,
        success_condition=template.success_condition or _condition(ended),
        failure_condition=template.failure_condition or _condition(failed),
        primary_pod_labels=labels,
    )


def _condition(kind: str) -> str:
    return f'status.conditions.#(type=="{kind}")#|#(status=="True")#'


def _metrics_collector(collector: MetricsCollector) -> MetricsCollector:
    """Return the collector with its kind, and where it reads."""
    filled = collector.collector or Collector(kind="StdOut")
    kind = filled.kind
    source = collector.source or Source()
    path = source.file_system_path or FileSystemPath()
    if kind == "File":
        path = FileSystemPath(
            path.path or "/var/log/katib/metrics.log", path.kind or "File", path.format or "TEXT"
        )
        source = replace(source, file_system_path=path)
    elif kind == "TensorFlowEvent":
        path = replace(path, path=path.path or "/var/log/katib/tfevent/", kind=path.kind or "Directory")
        source = replace(source, file_system_path=path)
    elif kind == "PrometheusMetric":
        get = source.http_get or HttpGet()
        port = 8080 if get.port in (None, 0, "0") else get.port
        source = replace(source, http_get=replace(get, path=get.path or "/metrics", port=port))
    return MetricsCollector(source if source != Source() else collector.source, filled)
