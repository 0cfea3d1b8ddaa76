"""Each model has one finished run with a whole history, whatever is killed while it is trained."""

import subprocess
import sys
from collections import Counter

import pytest

pytest.importorskip("pyspark", reason="NOT RUN: needs the environment spark")

from tests.spark.training import SCRIPT, Training, kill_executor, kill_worker
from tests.support.fault_link import FaultLink
from tests.support.oracle import read_points
from tests.support.raw import Client
from tests.support.server import Server
from tests.support.sidecar import Sidecar
from tests.support.stored_points import stored_points

MODELS = 6
EPOCHS = 100
# Of each, log_model sends the run's last point again, with the model's id: MLflow shows it once.
KEYS = ["loss", "accuracy"]
# Before the killing: a run is in the middle.
BEGUN = 5


class Runs:
    """The runs in a server, as it shows them now."""

    def __init__(self, url):
        with Client(url) as client:
            answer = client.post("runs/search", experiment_ids=[self._experiment(client)])
        assert answer.status == 200, answer.body
        everything = answer.json().get("runs", [])
        self.children = [run for run in everything if "mlflow.parentRunId" in tags_of(run)]
        self.parents = [run for run in everything if "mlflow.parentRunId" not in tags_of(run)]

    @staticmethod
    def _experiment(client):
        found = client.get(
            "/api/2.0/mlflow/experiments/get-by-name?experiment_name=penguins-on-spark"
        )
        return found.json()["experiment"]["experiment_id"] if found.status == 200 else "0"

    def of_status(self, status):
        return [run for run in self.children if run["info"]["status"] == status]


def tags_of(run):
    return {tag["key"]: tag["value"] for tag in run["data"].get("tags", [])}


def id_of(run):
    return run["info"]["run_id"]


def steps_of(url, run_id):
    points = read_points(url, run_id, KEYS)
    return Counter((key, step) for key, step, _, _ in points)


def in_the_middle(url, but=()):
    """A run that has begun to log, with what is known of it; None if there is none."""
    for run in Runs(url).of_status("RUNNING"):
        if id_of(run) not in but:
            steps = steps_of(url, id_of(run))
            if len(steps) >= BEGUN * len(KEYS):
                return run, steps
    return None


class Attempts:
    """Attempts that were ended in the middle: what had been acknowledged, by run."""

    def __init__(self, training, server):
        self._training, self._server = training, server
        self.acknowledged = {}

    def end_one(self, kill):
        run, steps = self._training.until(
            lambda: in_the_middle(self._server.url, self.acknowledged)
        )
        kill(int(tags_of(run)["spark.pid"]))
        self.acknowledged[id_of(run)] = steps


@pytest.fixture
def link(tmp_path):
    with Server(tmp_path) as server, FaultLink(server.grpc) as link:
        link.server = server
        yield link


def restart(link):
    """As a crash of the server, which then is elsewhere."""
    link.server.kill()
    words = link.server.words
    words[words.index("--port") + 1] = link.server.url.rpartition(":")[2]
    link.server.__enter__()
    link.target = link.server.grpc


def test_workers_executors_and_the_server_are_killed(link, tmp_path, capsys):
    server = link.server
    with (
        Sidecar(tmp_path, link.address) as sidecar,
        Training(tmp_path, sidecar.url, EPOCHS) as training,
    ):
        training.until(lambda: "Run " in training.printed())
        attempts = Attempts(training, server)
        attempts.end_one(kill_worker)
        attempts.end_one(kill_executor)
        training.until(lambda: in_the_middle(server.url, attempts.acknowledged))
        restart(link)
        training.wait()
        assert sidecar.flush()
        metrics = sidecar.metrics()
        shown = subprocess.run(
            [sys.executable, SCRIPT.with_name("show.py")],
            env=training.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
    runs = Runs(server.url)
    check_finished(runs, server)
    check_abandoned(runs, server, attempts)
    stored = sum(stored_points(server.grpc, id_of(run)) for run in runs.children + runs.parents)
    # Every point that was acknowledged is in the server once.
    assert metrics["rookery_sidecar_ingested_points"] == stored
    assert metrics["rookery_sidecar_confirmed_points"] == stored
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.count(" FINISHED ") == MODELS
    with capsys.disabled():
        print(f"\n{stored:,} points, {len(runs.children)} attempts for {MODELS} models:")
        print(shown.stdout)


def check_finished(runs, server):
    """A finished run for each model, with every epoch once, and its model's files."""
    assert [run["info"]["status"] for run in runs.parents] == ["FINISHED"]
    finished = runs.of_status("FINISHED")
    names = [run["info"]["run_name"] for run in finished]
    assert len(set(names)) == len(names) == MODELS
    whole = Counter({(key, step): 1 for key in KEYS for step in range(EPOCHS)})
    for run in finished:
        assert steps_of(server.url, id_of(run)) == whole
        assert stored_points(server.grpc, id_of(run)) == len(whole) + len(KEYS)


def check_abandoned(runs, server, attempts):
    """Attempts that were ended are KILLED, with all that had been acknowledged, once."""
    rest = [run for run in runs.children if run["info"]["status"] != "FINISHED"]
    assert {run["info"]["status"] for run in rest} == {"KILLED"}
    assert {id_of(run) for run in rest} >= set(attempts.acknowledged)
    assert len(attempts.acknowledged) == 2
    for run in rest:
        steps = steps_of(server.url, id_of(run))
        assert set(steps.values()) <= {1}
        stored = stored_points(server.grpc, id_of(run))
        if id_of(run) in attempts.acknowledged:
            assert steps >= attempts.acknowledged[id_of(run)]
            assert stored == len(steps)
        else:
            # It died with another that shared its executor, perhaps after its model was logged.
            assert stored in (len(steps), len(steps) + len(KEYS))
