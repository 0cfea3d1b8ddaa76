"""What the real client and MLflow's web UI search and read in bulk."""

import json
import math

import mlflow
import numpy
import pytest
from mlflow.entities import LoggedModelStatus, Metric
from mlflow.exceptions import MlflowException
from mlflow.models import Model

from tests.support.backends import BACKENDS, serving
from tests.support.raw import Client

UI = "/ajax-api/2.0/mlflow/"


@pytest.fixture(scope="module", params=BACKENDS)
def server(request, tmp_path_factory):
    """One for all tests here: each has experiments and names of its own."""
    with serving(request.param, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def client(server, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    mlflow.set_tracking_uri(server.url)
    yield mlflow.MlflowClient()
    mlflow.set_tracking_uri(None)


@pytest.fixture
def experiment(client, request):
    return client.create_experiment(request.node.name)


@pytest.fixture
def ui(server):
    with Client(server.url) as connection:
        yield connection


def missing(call, *args):
    with pytest.raises(MlflowException) as raised:
        call(*args)
    return raised.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_a_deleted_logged_model_is_gone_but_not_lost(client, experiment, ui):
    model = client.create_logged_model(experiment, "m", tags={"keep": "1", "drop": "2"})
    client.delete_logged_model_tag(model.model_id, "drop")
    assert client.get_logged_model(model.model_id).tags == {"keep": "1"}
    assert missing(client.delete_logged_model_tag, model.model_id, "drop")
    client.delete_logged_model(model.model_id)
    assert missing(client.get_logged_model, model.model_id)
    client.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
    path = f"{UI}logged-models/{model.model_id}?allow_deleted="
    assert ui.get(path + "false").error() == (404, "RESOURCE_DOES_NOT_EXIST")
    assert ui.get(path + "true").json()["model"]["info"]["status"] == "LOGGED_MODEL_READY"


def test_models_of_mlflow_2_are_remembered_in_a_tag(client, experiment):
    run = client.create_run(experiment).info.run_id
    flavor = {"code": None, "config": {"long": "text"}, "loader_module": "sk"}
    for path in ["first", "ünd"]:
        model = Model(artifact_path=path, run_id=run, flavors={"sklearn": flavor})
        client._record_logged_model(run, model)
    history = json.loads(client.get_run(run).data.tags["mlflow.log-model.history"])
    assert [entry["artifact_path"] for entry in history] == ["first", "ünd"]
    assert history[1] == model.get_tags_dict()


def test_a_chart_gets_a_sample_of_each_run(client, experiment, ui):
    runs = [client.create_run(experiment).info.run_id for _ in range(2)]
    for run, count in zip(runs, [1000, 3], strict=True):
        points = [Metric("loss", 1.0 / (i + 1), 1000 + i, i) for i in range(count)]
        client.log_batch(run, metrics=points)
    client.log_metric(runs[1], "loss", math.nan, timestamp=2000, step=3)

    query = "".join(f"&run_ids={run}" for run in [*runs, "unknown"])
    path = f"{UI}metrics/get-history-bulk-interval?metric_key=loss&max_results=320{query}"
    metrics = ui.get(path).json()["metrics"]
    steps = {run: [m["step"] for m in metrics if m["run_id"] == run] for run in runs}
    assert len(steps[runs[0]]) == 320
    assert (steps[runs[0]][0], steps[runs[0]][-1]) == (0, 999)
    assert steps[runs[0]] == sorted(steps[runs[0]])
    assert steps[runs[1]] == [0, 1, 2, 3]
    assert metrics[-1]["value"] == "NaN"

    query = "".join(f"&run_id={run}" for run in runs)
    path = f"{UI}metrics/get-history-bulk?metric_key=loss{query}"
    metrics = ui.get(path).json()["metrics"]
    assert len(metrics) == 1004
    assert [m["run_id"] for m in metrics] == sorted(m["run_id"] for m in metrics)


def test_the_datasets_of_an_experiment_are_listed(client, experiment, ui):
    data = mlflow.data.from_numpy(numpy.arange(3), name="numbers")
    for context in ["training", "training", "testing"]:
        with mlflow.start_run(experiment_id=experiment):
            mlflow.log_input(data, context=context)
    body = json.dumps({"experiment_ids": [experiment]})
    answer = ui.ask("POST", UI + "experiments/search-datasets", body).json()
    known = {"experiment_id": experiment, "name": "numbers", "digest": data.digest}
    assert answer["dataset_summaries"] == [
        {**known, "context": "testing"},
        {**known, "context": "training"},
    ]
