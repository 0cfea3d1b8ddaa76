"""Logged models: creation, finalisation, tags, params, metrics."""

from tests.differential.scenarios.inputs import model
from tests.differential.steps import delete, experiment, get, patch, post, read_run, run, scenario


def read(label, name="model"):
    return get(label, f"logged-models/${{{name}}}")


def tags(label, *entries):
    return patch(label, "logged-models/${model}/tags", model_id="${model}", tags=list(entries))


def params(label, *entries, **more):
    message = {"model_id": "${model}", "params": list(entries), **more}
    return post(label, "logged-models/${model}/params", **message)


def make(label, **message):
    return post(label, "logged-models", **{"experiment_id": "${exp}", **message})


SCENARIOS = [
    scenario(
        "models/made and read",
        experiment(),
        run(),
        model(
            source_run_id="${run}",
            model_type="agent",
            params=[{"key": "p", "value": "1"}],
            tags=[{"key": "t", "value": "2"}],
        ),
        read("read back"),
        get("unknown", "logged-models/m-x"),
        get("an odd id", "logged-models/a%20b"),
        make("unnamed"),
        make("with an empty name", name=""),
        make("with an unknown source run", name="m", source_run_id="x"),
        make("with an empty source run", name="m", source_run_id=""),
        make("in an unknown experiment", experiment_id="99", name="m"),
        make("in one that is no number", experiment_id="abc", name="m"),
        post("in no experiment", "logged-models", name="m"),
        make("in an empty experiment", experiment_id="", name="m"),
        [make(f"named with {c}", name=f"a{c}b") for c in "/:.%\"'"],
        make("named with a blank", name="a b"),
        make("named in other letters", name="ü漢🐧"),
        make("with a long name", name="n" * 500),
        make("with a longer name", name="n" * 501),
        make(
            "with 101 params", name="m", params=[{"key": f"k{i}", "value": "v"} for i in range(101)]
        ),
        make("with a param key twice", name="m", params=[{"key": "k", "value": "1"}] * 2),
        make("with a long param", name="m", params=[{"key": "k", "value": "v" * 6001}]),
        make("with a long param key", name="m", params=[{"key": "k" * 251, "value": "v"}]),
        make("with a bad param key", name="m", params=[{"key": "a#b", "value": "v"}]),
        make("with a long tag", name="m", tags=[{"key": "k", "value": "v" * 8001}]),
        make("with a tag twice", name="m", tags=[{"key": "k", "value": "1"}] * 2),
        make("with a bad tag key", name="m", tags=[{"key": "a#b", "value": "v"}]),
    ),
    scenario(
        "models/finalising",
        experiment(),
        model(),
        patch("ready", "logged-models/${model}", model_id="${model}", status="LOGGED_MODEL_READY"),
        read("read back"),
        patch(
            "failed",
            "logged-models/${model}",
            model_id="${model}",
            status="LOGGED_MODEL_UPLOAD_FAILED",
        ),
        patch("by number", "logged-models/${model}", model_id="${model}", status=2),
        patch(
            "pending", "logged-models/${model}", model_id="${model}", status="LOGGED_MODEL_PENDING"
        ),
        patch("no status", "logged-models/${model}", model_id="${model}"),
        patch("unknown status", "logged-models/${model}", model_id="${model}", status="READY"),
        patch("no id in the body", "logged-models/${model}", status="LOGGED_MODEL_READY"),
        patch("unknown model", "logged-models/m-x", model_id="m-x", status="LOGGED_MODEL_READY"),
    ),
    scenario(
        "models/tags",
        experiment(),
        model(),
        tags("set two", {"key": "a", "value": "1"}, {"key": "b", "value": "2"}),
        tags("overwrite", {"key": "a", "value": "3"}),
        tags("none"),
        tags("empty value", {"key": "e", "value": ""}),
        tags("no value", {"key": "novalue"}),
        tags("no key", {"value": "v"}),
        tags("a key twice", {"key": "t", "value": "1"}, {"key": "t", "value": "2"}),
        tags("value of 8001", {"key": "long", "value": "x" * 8001}),
        tags("bad key", {"key": "a#b", "value": "v"}),
        tags("long key", {"key": "k" * 251, "value": "v"}),
        read("read back"),
        patch(
            "no id in the body", "logged-models/${model}/tags", tags=[{"key": "q", "value": "v"}]
        ),
        patch(
            "unknown model",
            "logged-models/m-x/tags",
            model_id="m-x",
            tags=[{"key": "q", "value": "v"}],
        ),
        delete("delete one", "logged-models/${model}/tags/a"),
        delete("delete it again", "logged-models/${model}/tags/a"),
        delete("delete from an unknown model", "logged-models/m-x/tags/a"),
        read("in the end"),
    ),
    scenario(
        "models/params",
        experiment(),
        model(),
        params("two", {"key": "a", "value": "1"}, {"key": "b", "value": "2"}),
        params("the same again", {"key": "a", "value": "1"}),
        params("another value", {"key": "a", "value": "2"}),
        params("none"),
        params("no value", {"key": "novalue"}),
        params("no key", {"value": "v"}),
        params("value of 6001", {"key": "long", "value": "x" * 6001}),
        params("bad key", {"key": "a#b", "value": "v"}),
        params("101", *[{"key": f"k{i}", "value": "v"} for i in range(101)]),
        post(
            "no id in the body",
            "logged-models/${model}/params",
            params=[{"key": "q", "value": "v"}],
        ),
        post(
            "unknown model",
            "logged-models/m-x/params",
            model_id="m-x",
            params=[{"key": "q", "value": "v"}],
        ),
        read("in the end"),
    ),
    scenario(
        "models/metrics",
        experiment(),
        run(),
        model(source_run_id="${run}"),
        post(
            "log one",
            "runs/log-metric",
            run_id="${run}",
            key="m",
            value=1,
            timestamp=1,
            model_id="${model}",
        ),
        post(
            "log one with a dataset",
            "runs/log-metric",
            run_id="${run}",
            key="d",
            value=2,
            timestamp=1,
            model_id="${model}",
            dataset_name="data",
            dataset_digest="1",
        ),
        post(
            "log a batch",
            "runs/log-batch",
            run_id="${run}",
            metrics=[
                {"key": "b", "value": i, "timestamp": 1, "step": i, "model_id": "${model}"}
                for i in range(3)
            ],
        ),
        post(
            "unknown model",
            "runs/log-metric",
            run_id="${run}",
            key="m",
            value=1,
            timestamp=1,
            model_id="m-x",
        ),
        read("read the model"),
        read_run("read the run"),
        get("history", "metrics/get-history", run_id="${run}", metric_key="b"),
    ),
    scenario(
        "models/deleting",
        experiment(),
        model(),
        delete("delete", "logged-models/${model}"),
        read("is gone"),
        get("unless asked for", "logged-models/${model}", allow_deleted="true"),
        delete("delete again", "logged-models/${model}"),
        tags("tags stay writable", {"key": "a", "value": "1"}),
        delete("unknown", "logged-models/m-x"),
    ),
]
