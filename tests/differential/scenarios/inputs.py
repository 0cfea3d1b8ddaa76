"""Inputs and outputs of runs."""

from tests.differential.steps import experiment, post, read_run, run, scenario


def inputs(label, *datasets, **more):
    return post(label, "runs/log-inputs", run_id="${run}", datasets=list(datasets), **more)


def entry(name="d", digest="1", tags=(), **more):
    dataset = {"name": name, "digest": digest, "source_type": "local", "source": "s", **more}
    dataset = {key: value for key, value in dataset.items() if value is not ...}
    tags = [{"key": key, "value": value} for key, value in tags]
    return {"dataset": dataset, **({"tags": tags} if tags else {})}


def model(label="make a model", name="model", **more):
    keep = {name: "model.info.model_id"}
    return post(label, "logged-models", keep, experiment_id="${exp}", name="m", **more)


TRAINING = [("mlflow.data.context", "training")]

SCENARIOS = [
    scenario(
        "inputs/datasets",
        experiment(),
        run(),
        inputs("one", entry("a", "1", TRAINING, schema="{}", profile="{}")),
        read_run("read back"),
        inputs("the same again", entry("a", "1", TRAINING)),
        inputs("the same with another tag", entry("a", "1", [("mlflow.data.context", "eval")])),
        inputs("another digest", entry("a", "2", TRAINING)),
        read_run("after four"),
        inputs("none"),
        post("no list", "runs/log-inputs", run_id="${run}"),
        inputs("without tags", entry("b")),
        inputs("a tag key twice", entry("c", "1", [("k", "1"), ("k", "2")])),
        inputs("without a name", entry(...)),
        inputs("without a digest", entry("d", ...)),
        inputs("without a source type", entry("e", source_type=...)),
        inputs("without a source", entry("f", source=...)),
        inputs("without a dataset", {"tags": [{"key": "k", "value": "v"}]}),
        inputs("an empty name", entry("")),
        inputs("the same twice in one", entry("g"), entry("g")),
        read_run("in the end"),
        post("no run", "runs/log-inputs", datasets=[entry()]),
        post("unknown run", "runs/log-inputs", run_id="x", datasets=[entry()]),
        post("datasets are text", "runs/log-inputs", run_id="${run}", datasets=["a"]),
        post("datasets null", "runs/log-inputs", run_id="${run}", datasets=None),
    ),
    scenario(
        "inputs/limits",
        experiment(),
        run(),
        inputs("name of 500", entry("n" * 500)),
        inputs("name of 501", entry("n" * 501)),
        inputs("digest of 36", entry("d", "d" * 36)),
        inputs("digest of 37", entry("d", "d" * 37)),
        inputs("source of 65535", entry("s", "1", source="s" * 65535)),
        inputs("source of 65536", entry("s", "2", source="s" * 65536)),
        inputs("schema too long", entry("s", "3", schema="s" * 1048576)),
        inputs("1001 datasets", *[entry(f"many{i}") for i in range(1001)]),
        inputs("tag key of 255", entry("t", "1", [("k" * 255, "v")])),
        inputs("tag key of 256", entry("t", "2", [("k" * 256, "v")])),
        inputs("tag value of 500", entry("t", "3", [("k", "v" * 500)])),
        inputs("tag value of 501", entry("t", "4", [("k", "v" * 501)])),
    ),
    scenario(
        "inputs/models",
        experiment(),
        run(),
        model(),
        inputs("a model", models=[{"model_id": "${model}"}]),
        inputs("again", models=[{"model_id": "${model}"}]),
        inputs("an unknown model", models=[{"model_id": "m-x"}]),
        inputs("without an id", models=[{}]),
        read_run("in the end"),
    ),
    scenario(
        "outputs/models",
        experiment(),
        run(),
        model(),
        post("one", "runs/outputs", run_id="${run}", models=[{"model_id": "${model}", "step": 3}]),
        post(
            "again", "runs/outputs", run_id="${run}", models=[{"model_id": "${model}", "step": 3}]
        ),
        read_run("read back"),
        post(
            "at another step",
            "runs/outputs",
            run_id="${run}",
            models=[{"model_id": "${model}", "step": 4}],
        ),
        post("without a step", "runs/outputs", run_id="${run}", models=[{"model_id": "m-y"}]),
        post("without an id", "runs/outputs", run_id="${run}", models=[{"step": 1}]),
        post("no models", "runs/outputs", run_id="${run}"),
        post("an empty list", "runs/outputs", run_id="${run}", models=[]),
        post("no run", "runs/outputs", models=[{"model_id": "${model}", "step": 1}]),
        post("unknown run", "runs/outputs", run_id="x", models=[{"model_id": "m-z", "step": 1}]),
        read_run("in the end"),
    ),
]
