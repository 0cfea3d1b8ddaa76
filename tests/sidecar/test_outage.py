"""While the server is away, training goes on; when it is back, everything is there."""

import contextlib
import signal
import statistics
import time
from types import SimpleNamespace

import mlflow
import pytest
from mlflow import MlflowClient

from tests.sidecar.conftest import server_is_away
from tests.support.fault_link import FaultLink
from tests.support.own_postgres import OwnPostgres
from tests.support.raw import API, ARTIFACTS, Client
from tests.support.server import Server
from tests.support.sidecar import Sidecar

STEPS = 40
# An answer that waits for nobody; what the sidecar waits for an upstream is twice as long.
AT_ONCE = 1.0


@pytest.fixture(autouse=True)
def no_second_try(monkeypatch):
    """What fails once is seen to fail."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    yield
    mlflow.set_tracking_uri(None)


@contextlib.contextmanager
def refused(house):
    house.link.refuse()
    yield
    house.link.mend()


@contextlib.contextmanager
def hanging(house):
    house.server.signal(signal.SIGSTOP)
    try:
        yield
    finally:
        house.server.signal(signal.SIGCONT)


@contextlib.contextmanager
def failing(house):
    """The server answers that it cannot, for want of its database."""
    house.postgres.stop()
    yield
    house.postgres.start()


@contextlib.contextmanager
def reset_after_the_request(house):
    house.link.fault = lambda number, is_answer: number >= 2 and not is_answer
    yield
    house.link.mend()


@contextlib.contextmanager
def answers_lost(house):
    house.link.fault = lambda number, is_answer: number >= 2 and is_answer
    yield
    house.link.mend()


def train(experiment, name, status="FINISHED"):
    """As a script does it; returns the run's id and how long each log_metric took."""
    mlflow.set_experiment(experiment)
    took = []
    with mlflow.start_run(run_name=name) as run:
        mlflow.log_params({"alpha": 0.5, "name": name})
        mlflow.set_tag("colour", "blue")
        for step in range(STEPS):
            began = time.monotonic()
            mlflow.log_metric("loss", 1 / (1 + step), step=step)
            took.append(time.monotonic() - began)
        if status != "FINISHED":
            mlflow.end_run(status)
    return run.info.run_id, took


def check_trained(server, run_id, name, status="FINISHED"):
    client = MlflowClient(server.url)
    run = client.get_run(run_id)
    assert (run.info.run_name, run.info.status) == (name, status)
    assert run.info.end_time >= run.info.start_time
    assert run.data.params == {"alpha": "0.5", "name": name}
    assert run.data.tags["colour"] == "blue"
    assert "rookery.gaps" not in run.data.tags
    points = client.get_metric_history(run_id, "loss")
    assert [(p.step, p.value) for p in points] == [(s, 1 / (1 + s)) for s in range(STEPS)]
    return run


@pytest.mark.parametrize(
    "fault",
    [refused, hanging, failing, reset_after_the_request, answers_lost],
    ids=lambda fault: fault.__name__,
)
def test_training_begins_and_ends_while_the_server_is(fault, tmp_path, tell):
    with contextlib.ExitStack() as stack:
        house = SimpleNamespace()
        options = []
        if fault is failing:
            house.postgres = stack.enter_context(OwnPostgres())
            options = ["--backend-store-uri", house.postgres.uri]
        house.server = stack.enter_context(Server(tmp_path, *options))
        house.link = stack.enter_context(FaultLink(house.server.grpc))
        house.sidecar = stack.enter_context(Sidecar(tmp_path, house.link.address))
        mlflow.set_tracking_uri(house.sidecar.url)
        before, usual = train("before", "before")
        with fault(house):
            during, took = train("during", "during")
            # In an experiment that was there before, which the sidecar knows.
            failed, _ = train("before", "failed", "FAILED")
        began = time.monotonic()
        assert house.sidecar.flush()
        seconds = time.monotonic() - began
        check_trained(house.server, before, "before")
        first = check_trained(house.server, during, "during")
        second = check_trained(house.server, failed, "failed", "FAILED")
        assert first.info.start_time <= second.info.start_time
        assert not (house.sidecar.spool / "quarantine.log").exists()
        tell(
            f"log_metric {1000 * statistics.median(took):.2f} ms (worst {1000 * max(took):.1f});"
            f" with the server {1000 * statistics.median(usual):.2f} ms"
            f" (worst {1000 * max(usual):.1f}); everything there {seconds:.1f} s after"
        )


def test_the_server_may_come_later_than_the_sidecar(tmp_path):
    with Server(tmp_path) as server, FaultLink(server.grpc) as link:
        link.refuse()
        with Sidecar(tmp_path, link.address) as sidecar:
            mlflow.set_tracking_uri(sidecar.url)
            with Client(sidecar.probes) as probes:
                assert probes.get("/readyz").status == 200
            run_id, _ = train("first", "first")
            link.mend()
            assert sidecar.flush()
            check_trained(server, run_id, "first")


def test_the_server_goes_in_the_middle_of_a_run(house):
    mlflow.set_tracking_uri(house.sidecar.url)
    mlflow.set_experiment("middle")
    with mlflow.start_run(run_name="middle") as run:
        mlflow.log_params({"alpha": 0.5, "name": "middle"})
        for step in range(STEPS):
            if step == STEPS // 2:
                house.link.refuse()
            mlflow.log_metric("loss", 1 / (1 + step), step=step)
        mlflow.set_tag("colour", "blue")
    house.link.mend()
    assert house.sidecar.flush()
    check_trained(house.server, run.info.run_id, "middle")


def test_what_needs_the_server_is_refused_at_once(house):
    with Client(house.sidecar.url) as client:
        run = client.post("runs/create", experiment_id="0").json()["run"]["info"]
        path = run["artifact_uri"].removeprefix("mlflow-artifacts:/")
        requests = [
            ("PUT", f"{ARTIFACTS}/{path}/file", b"content"),
            ("GET", f"{ARTIFACTS}/{path}/file", None),
            ("GET", f"{API}artifacts/list?run_id={run['run_id']}", None),
            ("POST", f"{API}registered-models/create", '{"name": "model"}'),
            ("GET", f"{API}registered-models/get?name=model", None),
            ("POST", f"{API}logged-models", '{"experiment_id": "0", "name": "model"}'),
            ("POST", f"{API}runs/search", '{"experiment_ids": ["0"]}'),
        ]
        with server_is_away(house):
            for method, path, body in requests:
                began = time.monotonic()
                answer = client.ask(method, path, body)
                assert time.monotonic() - began < AT_ONCE, path
                assert answer.error() == (503, "TEMPORARILY_UNAVAILABLE"), path
                assert "Retry-After" in answer.headers, path


def test_an_experiment_that_somebody_else_made_meanwhile_is_one(house):
    elsewhere = MlflowClient(house.server.url)
    mlflow.set_tracking_uri(house.sidecar.url)
    house.link.refuse()
    first, _ = train("shared", "first")
    their_id = elsewhere.create_experiment("shared")
    second, _ = train("shared", "second")
    house.link.mend()
    assert house.sidecar.flush()
    assert [e.experiment_id for e in elsewhere.search_experiments() if e.name == "shared"] == [
        their_id
    ]
    for run_id, name in ((first, "first"), (second, "second")):
        run = check_trained(house.server, run_id, name)
        assert run.info.experiment_id == their_id
    # And who still has the other id in mind is understood.
    third, _ = train("shared", "third")
    assert elsewhere.get_run(third).info.experiment_id == their_id


def test_a_param_waits_a_moment_for_a_server_that_hangs(house, tell):
    with Client(house.sidecar.url) as client:
        run_id = client.post("runs/create", experiment_id="0").json()["run"]["info"]["run_id"]
        with hanging(house):
            began = time.monotonic()
            answer = client.post("runs/log-parameter", run_id=run_id, key="alpha", value="0.5")
            took = time.monotonic() - began
        assert answer.status == 200
        tell(f"{took:.1f} s")
        # The verdict is waited for, and nobody knows yet that the server is away.
        assert 1 < took < 10
    assert house.sidecar.flush()
    assert MlflowClient(house.server.url).get_run(run_id).data.params == {"alpha": "0.5"}


def test_a_slow_server_slows_no_metric(house, tell):
    with Client(house.sidecar.url) as client:
        run_id = client.post("runs/create", experiment_id="0").json()["run"]["info"]["run_id"]
        took = {}
        for house.link.delay in (0, 2):
            times = took[house.link.delay] = []
            for step in range(200):
                metric = {"key": "loss", "value": 1, "timestamp": step, "step": step}
                began = time.monotonic()
                assert client.post("runs/log-metric", run_id=run_id, **metric).status == 200
                times.append(1000 * (time.monotonic() - began))
        tell(
            "; ".join(
                f"with answers {delay} s late {statistics.median(times):.2f} ms a request"
                f" (worst {max(times):.1f})"
                for delay, times in took.items()
            )
        )
        assert max(took[2]) < 1000
    house.link.mend()
    assert house.sidecar.flush()
