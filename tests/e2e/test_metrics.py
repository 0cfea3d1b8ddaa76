"""What an operator sees of a running server: metrics, and lines of the log that belong together."""

import json
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.backends import BACKENDS, serving
from tests.support.raw import API, ARTIFACTS, Client
from tests.support.server import Server
from tests.support.waiting import wait_for

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE_ID}-00f067aa0ba902b7-01"
BASE_UNITS = ("_seconds", "_bytes")
# Histograms of how many.
COUNTED = ("rookery_ingest_group_writes", "rookery_ingest_group_points")
# Process metrics are named as Prometheus' own clients name them.
COUNTS = re.compile(
    r"_(connections|in_flight|segments|run_ends|tasks|threads|limit|info)$|^process_(open|max)_fds$"
)


def scrape(client):
    """The families by name; asks over the client's own connection, so all before it is counted."""
    answer = client.get("/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {family.name: family for family in text_string_to_metric_families(answer.body.decode())}


def value(families, name, **labels):
    """The sum of the samples that have these labels."""
    family = families[re.sub(r"_(total|count|bucket|sum)$", "", name)]
    return sum(
        sample.value
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def use(client):
    run = client.post("runs/create").json()["run"]["info"]["run_id"]
    metric = {"key": "loss", "value": 1, "timestamp": 1, "step": 0}
    assert client.post("runs/log-batch", run_id=run, metrics=[metric]).status == 200
    assert client.get(API + "runs/get?run_id=missing").status == 404
    assert client.post("registered-models/create", name="m").status == 200
    source = {"name": "m", "source": f"runs:/{run}/model", "run_id": run}
    assert client.post("model-versions/create", **source).status == 200
    assert client.ask("PUT", f"{ARTIFACTS}/0/file", b"x" * 1000, {}).status == 200
    assert client.get(f"{ARTIFACTS}/0/file").status == 200
    assert client.get("/made/up").status == 404


@pytest.mark.parametrize("backend", BACKENDS)
def test_every_part_is_counted(backend, tmp_path):
    with serving(backend, tmp_path) as server, Client(server.url) as client:
        use(client)
        families = scrape(client)
        calls = "rookery_rpc_requests_total"
        run_service = "rookery.tracking.v1.RunService"
        assert value(families, calls, service=run_service, method="CreateRun", code="OK") == 1
        assert value(families, calls, method="LogBatch", code="OK") == 1
        assert value(families, calls, method="GetRun", code="NOT_FOUND") == 1
        assert value(families, calls, method="CreateModelVersion", code="OK") == 1
        assert value(families, calls, method="UploadArtifact", code="OK") == 1
        assert value(families, calls, method="DownloadArtifact", code="OK") == 1
        assert value(families, calls, method="other") == 0
        requests = "rookery_http_requests_total"
        route = "/api/2.0/mlflow/runs/log-batch"
        assert value(families, requests, route=route, verb="POST", status="200") == 1
        assert value(families, requests, route="other", status="404") == 1
        assert value(families, "rookery_http_connections") == 1
        for executor, threads in {"tracking": 8, "registry": 8, "artifact": 4}.items():
            assert value(families, "rookery_executor_threads", executor=executor) == threads
            assert value(families, "rookery_executor_wait_seconds_count", executor=executor) > 0
        statements = "rookery_db_statement_duration_seconds_count"
        assert value(families, statements, statement="insert_runs") == 1
        assert value(families, statements, statement="commit") > 3
        assert value(families, "rookery_db_connections", state="in_use") == 0
        assert value(families, "rookery_build_info") == 1
        assert value(families, "process_resident_memory_bytes") > 1 << 20


def test_metrics_are_as_prometheus_wants_them(server):
    with Client(server.url) as client:
        use(client)
        # Its own route is counted from the second time on.
        scrape(client)
        families = scrape(client)
        for family in families.values():
            assert re.fullmatch(r"(rookery|process)_[a-z0-9_]+", family.name)
            assert family.documentation
            assert family.type in ("counter", "gauge", "histogram")
            if family.type == "gauge":
                assert family.name.endswith(BASE_UNITS) or COUNTS.search(family.name), family.name
            if family.type == "histogram":
                assert family.name.endswith("_seconds") or family.name in COUNTED
            series = [(s.name, tuple(sorted(s.labels.items()))) for s in family.samples]
            assert len(series) == len(set(series))
        # However long it runs, the number of series does not follow what clients send.
        before = sum(len(family.samples) for family in families.values())
        for number in range(50):
            client.get(f"/made/up/{number}")
            client.get(f"{ARTIFACTS}/0/{number}")
            client.get(API + f"runs/get?run_id={number}")
        after = sum(len(family.samples) for family in scrape(client).values())
        # One status that the artifact route had not answered yet, in its gateway and its service.
        assert after <= before + 4


def test_all_lines_of_a_request_bear_its_ids(tmp_path):
    with Server(tmp_path, "--log-level", "debug") as server, Client(server.url) as client:
        run = client.post("runs/create").json()["run"]["info"]
        client.post("registered-models/create", name="m")
        ids = {
            "Content-Type": "application/json",
            "X-Request-Id": "request-7",
            "traceparent": TRACEPARENT,
        }
        # A source below the run's artifacts has the registry ask the tracking service for the run.
        version = {"name": "m", "source": run["artifact_uri"] + "/model", "run_id": run["run_id"]}
        answer = client.ask("POST", API + "model-versions/create", json.dumps(version), ids)
        assert answer.status == 200
        wait_for(lambda: "route=/api/2.0/mlflow/model-versions/create" in server.log())
        lines = [line for line in server.log().splitlines() if TRACE_ID in line]
        assert all(f" request_id=request-7 trace_id={TRACE_ID} " in line for line in lines)
        log = "\n".join(lines)
        assert re.search(
            r"service=rookery.registry.v1.ModelVersionService "
            r"method=CreateModelVersion code=OK duration_ms=[\d.]+ "
            r"workspace=default",
            log,
        )
        assert "service=rookery.tracking.v1.RunService method=GetRun code=OK" in log
        assert re.search(
            r"verb=POST route=/api/2.0/mlflow/model-versions/create .* status=200", log
        )
        assert run["artifact_uri"] not in log


def test_at_the_usual_level_only_failures_are_logged(tmp_path):
    with serving("sqlite", tmp_path) as server, Client(server.url) as client:
        use(client)
        assert not [line for line in server.log().splitlines() if "request_id=" in line]
