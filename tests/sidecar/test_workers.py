"""One run, three sidecars: its end shows when everything of all of them is there."""

import contextlib
import time
from types import SimpleNamespace

import mlflow
import pytest
from mlflow import MlflowClient

from tests.support.fault_link import FaultLink
from tests.support.own_postgres import OwnPostgres
from tests.support.raw import API, Client
from tests.support.server import Server
from tests.support.sidecar import Sidecar, metrics_at
from tests.support.split import SplitServer
from tests.support.stored_points import stored_points
from tests.support.waiting import wait_for

POINTS = 40
WORKERS = ("w1", "w2")
LATE = "rookery.late_data_possible"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    yield
    mlflow.set_tracking_uri(None)


@contextlib.contextmanager
def team(folder, driver_at, workers_at=None):
    """A driver and workers with a sidecar each; `link` is the way of both workers upstream."""
    with contextlib.ExitStack() as stack:
        link = stack.enter_context(FaultLink(workers_at or driver_at))
        made = SimpleNamespace(link=link, workers=[])
        made.driver = stack.enter_context(_sidecar(folder, driver_at, "driver"))
        for name in WORKERS:
            made.workers.append(stack.enter_context(_sidecar(folder, link.address, name)))
        yield made


def _sidecar(folder, upstream, name):
    return Sidecar(folder, upstream, spool=folder / f"spool-{name}", label=f"sidecar-{name}")


def log(sidecar, run_id, key, steps):
    client = MlflowClient(sidecar.url)
    for step in steps:
        client.log_metric(run_id, key, step, step=step)


def begin(team):
    """The id of a run to which all have logged a point that is upstream."""
    run_id = MlflowClient(team.driver.url).create_run("0").info.run_id
    for name, sidecar in (("driver", team.driver), *zip(WORKERS, team.workers, strict=True)):
        log(sidecar, run_id, name, [0])
        assert sidecar.flush()
    return run_id


def log_the_rest(team, run_id):
    for name, sidecar in (("driver", team.driver), *zip(WORKERS, team.workers, strict=True)):
        log(sidecar, run_id, name, range(1, POINTS))


def end_by_driver(team, run_id):
    MlflowClient(team.driver.url).set_terminated(run_id)


class Run:
    """What a server says of it, on one connection: so that a look takes a millisecond."""

    def __init__(self, url, run_id):
        self._client = Client(url)
        self._run_id = run_id

    def look(self):
        return self._client.get(f"{API}runs/get?run_id={self._run_id}").json()["run"]

    def status(self):
        return self.look()["info"]["status"]

    def is_finished(self):
        return self.status() == "FINISHED"

    def tags(self):
        return {tag["key"]: tag["value"] for tag in self.look()["data"].get("tags", [])}


def check_whole_when_finished(url, grpc, run_id):
    """The first answer that shows the run's end shows the last points of all, too."""
    run = Run(url, run_id)
    found = wait_for(lambda: (look := run.look())["info"]["status"] == "FINISHED" and look)
    last = {metric["key"]: metric["step"] for metric in found["data"]["metrics"]}
    assert last == dict.fromkeys(("driver", *WORKERS), POINTS - 1)
    assert stored_points(grpc, run_id) == 3 * POINTS
    assert LATE not in run.tags()


def pending(url):
    return metrics_at(url)["rookery_pending_run_ends"]


def test_the_end_shows_when_the_backlog_of_all_workers_is_there(tmp_path):
    with Server(tmp_path) as server, team(tmp_path, server.grpc) as house:
        run_id = begin(house)
        house.link.refuse()
        log_the_rest(house, run_id)
        end_by_driver(house, run_id)
        wait_for(lambda: pending(server.url) == 1)
        assert Run(server.url, run_id).status() == "RUNNING"
        assert stored_points(server.grpc, run_id) == POINTS + len(WORKERS)
        house.link.mend()
        check_whole_when_finished(server.url, server.grpc, run_id)
        wait_for(lambda: pending(server.url) == 0)


def test_one_worker_that_is_away_is_enough_to_wait(tmp_path):
    with Server(tmp_path) as server, team(tmp_path, server.grpc) as house:
        run_id = begin(house)
        away = house.workers[0]
        away.kill()
        log(house.workers[1], run_id, WORKERS[1], range(1, POINTS))
        end_by_driver(house, run_id)
        wait_for(lambda: pending(server.url) == 1)
        assert house.workers[1].flush()
        assert Run(server.url, run_id).status() == "RUNNING"
        away.__exit__()
        away.start_again()
        wait_for(Run(server.url, run_id).is_finished)
        assert LATE not in Run(server.url, run_id).tags()


def test_with_all_workers_there_the_end_is_quick(tmp_path, tell):
    with Server(tmp_path) as server, team(tmp_path, server.grpc) as house:
        run_id = begin(house)
        log_the_rest(house, run_id)
        began = time.monotonic()
        end_by_driver(house, run_id)
        answered = time.monotonic()
        check_whole_when_finished(server.url, server.grpc, run_id)
        took = time.monotonic() - began
        tell(f"end_run took {1000 * (answered - began):.0f} ms, FINISHED after {took:.1f} s")
        assert took < 10


def test_a_worker_that_stops_with_nothing_left_is_not_waited_for(tmp_path):
    with Server(tmp_path) as server, team(tmp_path, server.grpc) as house:
        run_id = begin(house)
        for sidecar in house.workers:
            assert sidecar.terminate() == 0
        end_by_driver(house, run_id)
        assert Run(server.url, run_id).is_finished()
        assert LATE not in Run(server.url, run_id).tags()


def test_after_the_grace_the_run_is_finished_and_says_so(tmp_path):
    with (
        Server(tmp_path, "--run-end-grace", "2s") as server,
        team(tmp_path, server.grpc) as house,
    ):
        run_id = begin(house)
        house.link.refuse()
        log_the_rest(house, run_id)
        end_by_driver(house, run_id)
        run = Run(server.url, run_id)
        wait_for(run.is_finished)
        assert run.tags()[LATE] == "true"
        assert stored_points(server.grpc, run_id) == POINTS + len(WORKERS)
        assert metrics_at(server.url)["rookery_run_ends_by_grace_total"] == 1
        house.link.mend()
        wait_for(lambda: stored_points(server.grpc, run_id) == 3 * POINTS)
        assert run.is_finished()


def test_a_server_that_is_killed_remembers_the_end(tmp_path):
    with Server(tmp_path) as server, team(tmp_path, server.grpc) as house:
        run_id = begin(house)
        house.link.refuse()
        log_the_rest(house, run_id)
        end_by_driver(house, run_id)
        server.kill()
        server.__exit__()
        with Server(tmp_path) as again:
            assert Run(again.url, run_id).status() == "RUNNING"
            house.link.target = again.grpc
            house.link.mend()
            check_whole_when_finished(again.url, again.grpc, run_id)


def test_two_replicas_agree(tmp_path):
    with (
        OwnPostgres() as postgres,
        SplitServer(tmp_path, postgres.uri, replicas=2) as server,
        team(tmp_path, server.tracking, server.parts["tracking-2"].grpc) as house,
    ):
        run_id = begin(house)
        house.link.refuse()
        log_the_rest(house, run_id)
        end_by_driver(house, run_id)
        assert Run(server.url, run_id).status() == "RUNNING"
        for replica in ("tracking", "tracking-2"):
            wait_for(lambda at=server.parts[replica].admin: pending(at) == 1)
        house.link.mend()
        check_whole_when_finished(server.url, server.tracking, run_id)
