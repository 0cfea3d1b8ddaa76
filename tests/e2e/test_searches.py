"""What the real client and MLflow's web UI search and read in bulk."""

import json
import math
import re

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
def name(request):
    """Of this test alone, and one that models and prompts may have."""
    return re.sub(r"\W+", "-", request.node.name)


@pytest.fixture
def experiment(client, name):
    return client.create_experiment(name)


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


def names(models):
    return [model.name for model in models]


def test_registered_models_are_searched(client, name):
    for letter, team in [("a", "x"), ("b", "y"), ("c", "x")]:
        client.create_registered_model(f"{name}-{letter}", tags={"team": team})
    ours = f"name LIKE '{name}%'"
    assert names(mlflow.search_registered_models(filter_string=ours)) == [
        f"{name}-{letter}" for letter in "abc"
    ]
    found = client.search_registered_models(f"{ours} AND tags.team = 'x'", order_by=["name DESC"])
    assert names(found) == [f"{name}-c", f"{name}-a"]

    first = client.search_registered_models(ours, max_results=2)
    client.create_registered_model(f"{name}-aa")
    second = client.search_registered_models(ours, max_results=2, page_token=first.token)
    assert names(first) + names(second) == [f"{name}-{letter}" for letter in "abc"]
    assert not second.token
    none_of_ours = "garbage"
    with pytest.raises(MlflowException, match="page token"):
        client.search_registered_models(ours, page_token=none_of_ours)


def test_model_versions_are_searched(client, name, experiment):
    run = client.create_run(experiment).info.run_id
    client.create_registered_model(name)
    client.create_model_version(name, f"runs:/{run}/model", run_id=run, tags={"k": "1"})
    client.create_model_version(name, "s3://bucket/two", tags={"k": "2"})
    client.set_registered_model_alias(name, "champion", "2")

    def versions(filter_string, **options):
        found = mlflow.search_model_versions(filter_string=filter_string, **options)
        return [int(version.version) for version in found]

    ours = f"name = '{name}'"
    assert versions(ours) == [2, 1]
    assert versions(ours, order_by=["version_number ASC"]) == [1, 2]
    assert versions(f"run_id = '{run}'") == [1]
    assert versions(f"run_id IN ('{run}')") == [1]
    assert versions(f"{ours} AND tags.k = '2'") == [2]
    assert versions(f"{ours} AND source_path ILIKE 'S3://%'") == [2]
    assert versions(f"{ours} AND version_number >= 2") == [2]
    assert versions(ours, max_results=1) == [2]
    assert client.search_model_versions(f"run_id = '{run}'")[0].tags == {"k": "1"}


def test_prompts_do_not_stand_among_models(client, name):
    mlflow.genai.register_prompt(name, "Say {{word}}")
    client.create_registered_model(f"{name}-model")
    ours = f"name LIKE '{name}%'"
    assert names(client.search_registered_models(ours)) == [f"{name}-model"]
    assert [p.name for p in mlflow.genai.search_prompts(ours)] == [name]
    assert list(client.search_model_versions(ours)) == []
    assert mlflow.genai.load_prompt(f"prompts:/{name}/1").template == "Say {{word}}"


def test_logged_models_are_searched(client, experiment):
    run = client.create_run(experiment).info.run_id
    models = {}
    for letter, accuracy in [("a", 0.7), ("b", 0.9), ("c", 0.8)]:
        model = client.create_logged_model(experiment, letter, params={"depth": letter})
        client.log_batch(
            run,
            metrics=[
                Metric("acc", accuracy, 1, 0, model.model_id, "d", "x"),
                Metric("loss", 1 - accuracy, 1, 0, model.model_id, "d", "y"),
            ],
        )
        models[letter] = model.model_id
    plain = client.create_logged_model(experiment, "plain").model_id

    def found(filter_string=None, **options):
        options = {"experiment_ids": [experiment], "output_format": "list", **options}
        return [
            model.name
            for model in mlflow.search_logged_models(filter_string=filter_string, **options)
        ]

    assert found() == ["plain", "c", "b", "a"]
    assert found("metrics.acc > 0.75") == ["c", "b"]
    assert found("params.depth = 'a' AND name = 'a'") == ["a"]
    assert (
        found("metrics.acc > 0.75", datasets=[{"dataset_name": "d", "dataset_digest": "y"}]) == []
    )
    by_accuracy = [{"field_name": "metrics.acc", "ascending": False}]
    assert found(order_by=by_accuracy) == ["b", "c", "a", "plain"]
    page = client.search_logged_models([experiment], max_results=3, order_by=by_accuracy)
    rest = client.search_logged_models(
        [experiment], max_results=3, order_by=by_accuracy, page_token=page.token
    )
    assert [m.name for m in [*page, *rest]] == ["b", "c", "a", "plain"]
    assert {m.key: m.value for m in page[0].metrics} == {"acc": 0.9, "loss": pytest.approx(0.1)}
    client.delete_logged_model(plain)
    assert found() == ["c", "b", "a"]


def test_files_of_a_runs_subfolder_are_listed(client, experiment, tmp_path):
    run = client.create_run(experiment).info.run_id
    client.log_text(run, "hello", "notes/day/one.txt")
    assert [f.path for f in client.list_artifacts(run, "notes/day")] == ["notes/day/one.txt"]
    folder = mlflow.artifacts.download_artifacts(
        run_id=run, artifact_path="notes", dst_path=tmp_path
    )
    assert (tmp_path / "notes/day/one.txt").read_text() == "hello", folder
