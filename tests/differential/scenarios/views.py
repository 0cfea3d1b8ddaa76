"""What MLflow's web UI and older clients ask besides: lists of files, bulk histories, datasets."""

from tests.differential.scenarios.artifacts import ARTIFACTS
from tests.differential.scenarios.inputs import entry, model
from tests.differential.scenarios.registered_models import registered, version
from tests.differential.steps import delete, experiment, get, post, request, run, scenario

AJAX = "/ajax-api/2.0/mlflow/"


def put(label, path, body=b"hello"):
    return request(label, "PUT", f"{ARTIFACTS}/{path}", body)


def files(label, **query):
    return get(label, "artifacts/list", **query)


def interval(label, **query):
    named = {"run_ids": ["${run}"], "metric_key": "m", **query}
    return get(
        label,
        "metrics/get-history-bulk-interval",
        api=AJAX,
        **{k: v for k, v in named.items() if v is not ...},
    )


SCENARIOS = [
    scenario(
        "views/files of a run",
        experiment(),
        run(),
        files("none yet", run_id="${run}"),
        put("put", "${exp}/${run}/artifacts/a.txt"),
        put("put below", "${exp}/${run}/artifacts/f/b.txt"),
        files("at the top", run_id="${run}"),
        files("by run_uuid", run_uuid="${run}"),
        files("below", run_id="${run}", path="f"),
        files("of a file", run_id="${run}", path="a.txt"),
        files("of an unknown folder", run_id="${run}", path="none"),
        files("going up", run_id="${run}", path="../.."),
        files("absolute", run_id="${run}", path="/etc"),
        files("of an unknown run", run_id="x"),
        files("of no run"),
        request("get one", "GET", "/get-artifact?run_id=${run}&path=a.txt"),
        request("get one by run_uuid", "GET", "/get-artifact?run_uuid=${run}&path=f/b.txt"),
        request("get a missing one", "GET", "/get-artifact?run_id=${run}&path=none"),
        request("get without a path", "GET", "/get-artifact?run_id=${run}"),
        request("get going up", "GET", "/get-artifact?run_id=${run}&path=../a"),
        request("get of an unknown run", "GET", "/get-artifact?run_id=x&path=a.txt"),
        request("upload one", "POST", f"{AJAX}upload-artifact?run_uuid=${{run}}&path=u.txt", b"up"),
        request("get the uploaded", "GET", "/get-artifact?run_id=${run}&path=u.txt"),
        request("upload without a path", "POST", f"{AJAX}upload-artifact?run_uuid=${{run}}", b"up"),
        request("upload without a run", "POST", f"{AJAX}upload-artifact?path=u.txt", b"up"),
        request(
            "upload to an unknown run", "POST", f"{AJAX}upload-artifact?run_uuid=x&path=u", b"up"
        ),
        request(
            "upload nothing", "POST", f"{AJAX}upload-artifact?run_uuid=${{run}}&path=e.txt", b""
        ),
        request(
            "upload upwards", "POST", f"{AJAX}upload-artifact?run_uuid=${{run}}&path=../u", b"up"
        ),
    ),
    scenario(
        "views/files of a version",
        experiment(),
        run(),
        put("put", "${exp}/${run}/artifacts/model/MLmodel"),
        registered(),
        version("make", "mlflow-artifacts:/${exp}/${run}/artifacts/model", run_id="${run}"),
        request("get", "GET", "/model-versions/get-artifact?name=${s}&version=1&path=MLmodel"),
        request(
            "get a missing one", "GET", "/model-versions/get-artifact?name=${s}&version=1&path=x"
        ),
        request("without a path", "GET", "/model-versions/get-artifact?name=${s}&version=1"),
        request("of no version", "GET", "/model-versions/get-artifact?name=${s}&path=MLmodel"),
        request(
            "unknown version", "GET", "/model-versions/get-artifact?name=${s}&version=9&path=x"
        ),
        request("going up", "GET", "/model-versions/get-artifact?name=${s}&version=1&path=../x"),
    ),
    scenario(
        "views/bulk histories",
        experiment(),
        run(),
        run("run2"),
        post(
            "log",
            "runs/log-batch",
            run_id="${run}",
            metrics=[
                {"key": "m", "value": i * i, "timestamp": 100 - i, "step": i} for i in range(50)
            ],
        ),
        post(
            "log to another",
            "runs/log-batch",
            run_id="${run2}",
            metrics=[{"key": "m", "value": i, "timestamp": i, "step": i // 2} for i in range(11)],
        ),
        interval("all"),
        interval("of two", run_ids=["${run}", "${run2}"]),
        [
            interval(f"max_results {n}", max_results=n)
            for n in (1, 2, 3, 7, 10, 49, 50, 51, 320, 2500)
        ],
        interval("of two, few", run_ids=["${run}", "${run2}"], max_results=4),
        interval("max_results 0", max_results=0),
        interval("max_results 2501", max_results=2501),
        interval("max_results a word", max_results="x"),
        interval("between steps", start_step=10, end_step=20, max_results=5),
        interval("between one step", start_step=10, end_step=10),
        interval("from a step only", start_step=10),
        interval("to a step only", end_step=10),
        interval("from after to", start_step=20, end_step=10),
        interval("no key", metric_key=...),
        interval("no runs", run_ids=...),
        interval("unknown key", metric_key="none"),
        interval("unknown run", run_ids=["x"]),
        interval("101 runs", run_ids=["x"] * 101),
    ),
    scenario(
        "views/datasets of experiments",
        experiment(),
        run(),
        post(
            "log",
            "runs/log-inputs",
            run_id="${run}",
            datasets=[entry("a", "1", [("mlflow.data.context", "training")]), entry("b")],
        ),
        post("search", "experiments/search-datasets", api=AJAX, experiment_ids=["${exp}"]),
        post("of none", "experiments/search-datasets", api=AJAX, experiment_ids=[]),
        post("without ids", "experiments/search-datasets", api=AJAX),
        post("of an unknown one", "experiments/search-datasets", api=AJAX, experiment_ids=["99"]),
        post("of 21", "experiments/search-datasets", api=AJAX, experiment_ids=["${exp}"] * 21),
    ),
    scenario(
        "views/models of MLflow 2",
        experiment(),
        run(),
        post(
            "log",
            "runs/log-model",
            run_id="${run}",
            model_json='{"run_id": "${run}", "artifact_path": "model", '
            '"utc_time_created": "2026-01-01", "flavors": {}}',
        ),
        get("the tag", "runs/get", run_id="${run}"),
        post("without a model", "runs/log-model", run_id="${run}"),
        post("not JSON", "runs/log-model", run_id="${run}", model_json="x"),
        post("not an object", "runs/log-model", run_id="${run}", model_json="[]"),
        post("without fields", "runs/log-model", run_id="${run}", model_json="{}"),
        post("unknown run", "runs/log-model", run_id="x", model_json="{}"),
        post("without a run", "runs/log-model", model_json="{}"),
    ),
    scenario(
        "views/files of a logged model",
        experiment(),
        model(),
        put("put", "${exp}/models/${model}/artifacts/MLmodel"),
        get("list", "logged-models/${model}/artifacts/directories"),
        get(
            "list below",
            "logged-models/${model}/artifacts/directories",
            artifact_directory_path="none",
        ),
        get("list of an unknown one", "logged-models/m-x/artifacts/directories"),
        get(
            "get", "logged-models/${model}/artifacts/files", api=AJAX, artifact_file_path="MLmodel"
        ),
        get(
            "get a missing one",
            "logged-models/${model}/artifacts/files",
            api=AJAX,
            artifact_file_path="x",
        ),
        get("get without a path", "logged-models/${model}/artifacts/files", api=AJAX),
        delete("delete", "logged-models/${model}"),
    ),
]
