"""The GraphQL operations of MLflow's web UI, asked as the UI asks them."""

import json

import mlflow
import pytest

from tests.support.raw import Client

QUERY = 'query {name}($data: In!) @component(name: "x") {{ field(input: $data) {{ __typename }} }}'


@pytest.fixture
def client(server, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    return mlflow.MlflowClient(server.url)


@pytest.fixture
def ask(server):
    with Client(server.url) as http:

        def ask(name, /, **data):
            body = {"operationName": name, "variables": {"data": data}}
            answer = http.ask(
                "POST", "/graphql", json.dumps(body | {"query": QUERY.format(name=name)})
            )
            assert answer.status == 200, answer.body
            return answer.json()

        yield ask


@pytest.fixture
def run(client):
    run = client.create_run(client.create_experiment("penguins"), run_name="adelie")
    client.log_param(run.info.run_id, "alpha", "0.1")
    client.set_tag(run.info.run_id, "species", "adelie")
    for step in range(5):
        client.log_metric(run.info.run_id, "loss", 1 / (step + 1), step=step, timestamp=step)
    client.log_metric(run.info.run_id, "nan", float("nan"))
    return run


def check_run(shown, run):
    """What the UI selects of a run, with the types that its cache goes by."""
    assert shown["__typename"] == "MlflowRunExtension"
    info = shown["info"]
    assert (info["runUuid"], info["runName"], info["status"]) == (
        run.info.run_id,
        "adelie",
        "RUNNING",
    )
    assert info["startTime"] == str(run.info.start_time)
    # As text, and there although the run goes on.
    assert info["endTime"] == "0"
    metrics = {metric["key"]: metric for metric in shown["data"]["metrics"]}
    assert metrics["loss"]["value"] == 0.2
    assert (metrics["loss"]["step"], metrics["loss"]["timestamp"]) == ("4", "4")
    assert metrics["loss"]["__typename"] == "MlflowMetricExtension"
    assert metrics["nan"]["value"] is None
    assert shown["data"]["params"] == [
        {"__typename": "MlflowParam", "key": "alpha", "value": "0.1"}
    ]
    assert shown["inputs"]["datasetInputs"] == []
    assert shown["experiment"]["name"] == "penguins"
    assert shown["experiment"]["__typename"] == "MlflowExperiment"
    assert isinstance(shown["modelVersions"], list)


def test_a_run_comes_with_its_experiment(ask, run):
    answer = ask("GetRun", runId=run.info.run_id)
    assert answer["errors"] is None
    result = answer["data"]["mlflowGetRun"]
    assert (result["__typename"], result["apiError"]) == ("MlflowGetRunResponse", None)
    check_run(result["run"], run)


def test_an_experiment(ask, run):
    answer = ask("MlflowGetExperimentQuery", experimentId=run.info.experiment_id)
    experiment = answer["data"]["mlflowGetExperiment"]["experiment"]
    assert experiment["experimentId"] == run.info.experiment_id
    assert (experiment["lifecycleStage"], experiment["tags"]) == ("active", [])
    assert experiment["effectiveTraceArchivalRetention"] == ""
    assert experiment["creationTime"] == experiment["lastUpdateTime"]


def test_runs_are_searched(ask, client, run):
    client.create_run(run.info.experiment_id)
    ids = [run.info.experiment_id]
    answer = ask("SearchRuns", experimentIds=ids, filter="params.alpha = '0.1'")
    [found] = answer["data"]["mlflowSearchRuns"]["runs"]
    check_run(found, run)
    both = ask("SearchRuns", experimentIds=ids)["data"]["mlflowSearchRuns"]["runs"]
    assert [shown["experiment"]["name"] for shown in both] == ["penguins", "penguins"]


def test_histories(ask, run):
    answer = ask("GetMetricHistoryBulkInterval", runIds=[run.info.run_id], metricKey="loss")
    metrics = answer["data"]["mlflowGetMetricHistoryBulkInterval"]["metrics"]
    assert [(metric["step"], metric["runId"]) for metric in metrics] == [
        (str(step), run.info.run_id) for step in range(5)
    ]


def test_the_callers_errors_are_listed_and_the_field_is_null(ask, run):
    absent = ask("GetRun", runId="absent")
    assert absent == {"data": {"mlflowGetRun": None}, "errors": ["Run with id=absent not found"]}
    bad = ask("SearchRuns", experimentIds=[run.info.experiment_id], filter="bogus =")
    assert bad["data"] == {"mlflowSearchRuns": None}
    assert len(bad["errors"]) == 1
    unknown = ask("DropTables")
    assert unknown["data"] is None
    assert "DropTables" in unknown["errors"][0]


def test_what_is_no_graphql_is_refused(server):
    with Client(server.url) as http:
        for body in ["", "{", "[]", "{}", '{"query": "{ a }"}']:
            assert http.ask("POST", "/graphql", body).error() == (400, "INVALID_PARAMETER_VALUE")
        assert http.get("/graphql?query=query GetRun".replace(" ", "%20")).status == 400
