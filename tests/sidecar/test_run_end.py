"""end_run returns when all of the run is in the server."""

import statistics
import threading
import time

import mlflow
import pytest
from mlflow import MlflowClient

from tests.sidecar.conftest import server_is_away

POINTS = 50
RUNS = 3
# Of each piece that the server sends.
DELAY = 0.3


@pytest.fixture(autouse=True)
def through_the_sidecar(house, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    mlflow.set_tracking_uri(house.sidecar.url)
    yield
    mlflow.set_tracking_uri(None)


def run_ended():
    """The run's id, and how long its end took."""
    client = MlflowClient()
    run_id = client.create_run("0").info.run_id
    for step in range(POINTS):
        client.log_metric(run_id, "loss", 1 / (1 + step), step=step)
    began = time.monotonic()
    client.set_terminated(run_id)
    return run_id, time.monotonic() - began


def check_stored(server, run_id):
    """All of it, at the server itself, now."""
    client = MlflowClient(server.url)
    run = client.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert [p.step for p in client.get_metric_history(run_id, "loss")] == list(range(POINTS))


@pytest.mark.parametrize("delay", [0, DELAY], ids=["quick", "slow"])
def test_the_end_of_a_run_waits_for_all_of_it(delay, house, tell):
    house.link.delay = delay
    times = []
    for _ in range(RUNS):
        run_id, took = run_ended()
        check_stored(house.server, run_id)
        times.append(took)
    median = 1000 * statistics.median(times)
    tell(f"an end took {median:.0f} ms (worst {1000 * max(times):.0f}), {delay} s of delay")


def test_without_the_server_the_end_of_a_run_waits_for_nobody(house, tell):
    run_ended()
    with server_is_away(house):
        run_id, took = run_ended()
    tell(f"an end took {1000 * took:.0f} ms")
    assert took < 1
    assert house.sidecar.flush()
    check_stored(house.server, run_id)


def test_an_end_that_the_server_leaves_behind_waits_a_moment(house, tell):
    """It goes while the end of the run waits for it."""
    client = MlflowClient()
    run_id = client.create_run("0").info.run_id
    # Nothing comes back, and then nobody is there.
    house.link.delay = 3600
    for step in range(POINTS):
        client.log_metric(run_id, "loss", 1 / (1 + step), step=step)
    began = time.monotonic()
    gone = threading.Timer(0.5, house.link.refuse)
    gone.start()
    client.set_terminated(run_id)
    took = time.monotonic() - began
    tell(f"the end took {took:.1f} s")
    # Not the half minute that it may wait for a server that is slow.
    assert took < 10
    house.link.mend()
    assert house.sidecar.flush()
    check_stored(house.server, run_id)
