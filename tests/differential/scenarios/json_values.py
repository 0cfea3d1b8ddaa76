"""Values of a type that the field does not have, once for each kind of field."""

from tests.differential.steps import experiment, post, read_run, run, scenario

VALUES = {
    "null": None,
    "true": True,
    "an integer": 7,
    "a fraction": 1.5,
    "text": "abc",
    "numeric text": "7",
    "empty text": "",
    "a list": [1],
    "an object": {"a": 1},
}


def each(rpc, field, **message):
    return [
        post(f"{rpc} {field}: {label}", rpc, **{**message, field: value})
        for label, value in VALUES.items()
    ]


SCENARIOS = [
    scenario(
        "values/of runs",
        experiment(),
        run(),
        each("runs/create", "user_id", experiment_id="${exp}", run_name="n"),
        each("runs/create", "start_time", experiment_id="${exp}", run_name="n"),
        each("runs/create", "run_name", experiment_id="${exp}"),
        each("runs/create", "experiment_id", run_name="n"),
        each("runs/update", "end_time", run_id="${run}"),
        each("runs/update", "status", run_id="${run}"),
        each("runs/update", "run_id", status="RUNNING"),
        each("runs/log-metric", "value", run_id="${run}", key="v", timestamp=1),
        each("runs/log-metric", "timestamp", run_id="${run}", key="t", value=1),
        each("runs/log-metric", "step", run_id="${run}", key="s", value=1, timestamp=1),
        each("runs/log-metric", "key", run_id="${run}", value=1, timestamp=1),
        each("runs/log-parameter", "value", run_id="${run}", key="p"),
        each("runs/set-tag", "value", run_id="${run}", key="t"),
        each("runs/log-batch", "metrics", run_id="${run}"),
        each("runs/log-batch", "params", run_id="${run}"),
        each("runs/log-batch", "tags", run_id="${run}"),
        each("runs/log-inputs", "datasets", run_id="${run}"),
        each("runs/outputs", "models", run_id="${run}"),
        read_run("in the end"),
    ),
    scenario(
        "values/of the others",
        experiment(),
        each("experiments/create", "artifact_location", name="${s} 2"),
        each("experiments/create", "tags", name="${s} 3"),
        each("experiments/set-experiment-tag", "value", experiment_id="${exp}", key="k"),
        each("logged-models", "model_type", experiment_id="${exp}", name="m"),
        each("logged-models", "params", experiment_id="${exp}", name="m"),
        each("registered-models/create", "description", name="${s}"),
        each("registered-models/create", "tags", name="${s} 4"),
        each("model-versions/create", "source", name="${s}"),
        each("model-versions/create", "run_id", name="${s}", source="s3://b/m"),
        each("registered-models/get-latest-versions", "stages", name="${s}"),
        each(
            "model-versions/transition-stage",
            "archive_existing_versions",
            name="${s}",
            version="1",
            stage="Staging",
        ),
    ),
]
