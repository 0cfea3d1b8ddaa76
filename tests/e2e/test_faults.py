"""Kill it, take its database away, fill its disk: what was acknowledged stays, the rest is said."""

import os
import subprocess
import threading
import time
from urllib.parse import urlsplit

import pytest

from tests.support.backends import serving
from tests.support.own_postgres import OwnPostgres
from tests.support.raw import API, ARTIFACTS, Client
from tests.support.server import Server

WRITERS = 8
PATIENCE = 60


class Writer(threading.Thread):
    """Sends batches, each with a param, a tag and two metrics under one number, until its end."""

    def __init__(self, url, run_id):
        super().__init__(daemon=True)
        self.acknowledged = []
        self.refusals = []
        self._url, self._run_id = url, run_id
        self._ended = threading.Event()
        self.start()

    def end(self):
        self._ended.set()
        self.join(PATIENCE)
        assert not self.is_alive()

    def run(self):
        number = 0
        while not self._ended.is_set():
            number += 1
            try:
                with Client(self._url, timeout=30) as client:
                    answer = client.post("runs/log-batch", **batch(self._run_id, number))
            except OSError:
                # The server is gone, and perhaps comes back.
                self._ended.wait(0.01)
                continue
            if answer.status == 200:
                self.acknowledged.append(number)
            else:
                self.refusals.append(answer)
                self._ended.wait(0.05)


def batch(run_id, number):
    metrics = [
        {"key": key, "value": number, "timestamp": number, "step": number} for key in ("a", "b")
    ]
    entry = [{"key": f"n{number}", "value": str(number)}]
    return {"run_id": run_id, "metrics": metrics, "params": entry, "tags": entry}


def start_writers(server):
    with Client(server.url) as client:
        runs = [client.post("runs/create").json()["run"]["info"]["run_id"] for _ in range(WRITERS)]
    return {run: Writer(server.url, run) for run in runs}


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def stored_numbers(client, run_id):
    """The numbers of the batches of a run, each of which must be whole."""
    data = client.get(API + f"runs/get?run_id={run_id}").json()["run"]["data"]
    params = {int(p["value"]) for p in data.get("params", [])}
    tags = {int(t["value"]) for t in data["tags"] if t["key"] != "mlflow.runName"}
    points = [
        {
            int(point["step"])
            for point in client.get(API + f"metrics/get-history?run_id={run_id}&metric_key={key}")
            .json()
            .get("metrics", [])
        }
        for key in ("a", "b")
    ]
    assert params == tags == points[0] == points[1]
    return params


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_killed_server_has_lost_nothing_that_it_acknowledged(backend, tmp_path):
    with serving(backend, tmp_path) as server:
        writers = start_writers(server)
        wait_for(lambda: all(len(w.acknowledged) >= 20 for w in writers.values()))
        server.kill()
        for writer in writers.values():
            writer.end()
        server.__exit__()
        server.__enter__()
        with Client(server.url) as client:
            for run_id, writer in writers.items():
                stored = stored_numbers(client, run_id)
                assert set(writer.acknowledged) <= stored
                # At most the batch that was under way when it died.
                assert len(stored) <= len(writer.acknowledged) + 1


def test_while_postgresql_is_away_clients_are_told_to_come_back(tmp_path):
    with (
        OwnPostgres() as postgres,
        Server(tmp_path, "--backend-store-uri", postgres.uri) as server,
    ):
        writers = start_writers(server)
        wait_for(lambda: all(len(w.acknowledged) >= 5 for w in writers.values()))
        postgres.stop()
        wait_for(lambda: all(w.refusals for w in writers.values()))
        before = {run: len(w.acknowledged) for run, w in writers.items()}
        with Client(server.url) as client:
            assert client.get("/health").body == b"OK"
        postgres.start()
        wait_for(lambda: all(len(w.acknowledged) > before[r] + 5 for r, w in writers.items()))
        for writer in writers.values():
            writer.end()
            for refusal in writer.refusals:
                assert refusal.error() == (503, "TEMPORARILY_UNAVAILABLE")
                assert "Retry-After" in refusal.headers
                assert urlsplit(postgres.uri).password.encode() not in refusal.body
        with Client(server.url) as client:
            for run_id, writer in writers.items():
                assert set(writer.acknowledged) <= stored_numbers(client, run_id)


@pytest.fixture
def small_disk(tmp_path):
    """A folder that holds 4 MiB."""
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: only root can mount a small file system")
    folder = tmp_path / "artifacts"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_artifact_folder_is_said_and_leaves_nothing(small_disk, tmp_path):
    with Server(tmp_path) as server, Client(server.url) as client:
        assert client.ask("PUT", f"{ARTIFACTS}/0/fits", b"x" * 1000, {}).status == 200
        answer = client.ask("PUT", f"{ARTIFACTS}/0/large", b"x" * (8 << 20), {})
        assert answer.error() == (503, "TEMPORARILY_UNAVAILABLE")
        assert b"full" in answer.body
        assert str(tmp_path).encode() not in answer.body
        assert client.get(f"{ARTIFACTS}/0/large").status == 404
        assert client.ask("PUT", f"{ARTIFACTS}/0/fits", b"again", {}).status == 200
        assert client.get(f"{ARTIFACTS}/0/fits").body == b"again"
        assert [f.name for f in small_disk.rglob("*") if f.is_file()] == ["fits"]


def test_a_read_only_artifact_folder_is_said_and_can_be_read(small_disk, tmp_path):
    with Server(tmp_path) as server, Client(server.url) as client:
        assert client.ask("PUT", f"{ARTIFACTS}/0/old", b"old", {}).status == 200
        subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
        answer = client.ask("PUT", f"{ARTIFACTS}/0/new", b"new", {})
        assert answer.error() == (503, "TEMPORARILY_UNAVAILABLE")
        assert str(tmp_path).encode() not in answer.body
        assert client.get(f"{ARTIFACTS}/0/old").body == b"old"


def test_sigterm_under_load_ends_with_0_and_loses_nothing(tmp_path):
    with Server(tmp_path) as server:
        writers = start_writers(server)
        wait_for(lambda: all(len(w.acknowledged) >= 5 for w in writers.values()))
        assert server.terminate() == 0
        for writer in writers.values():
            writer.end()
        server.__exit__()
        server.__enter__()
        with Client(server.url) as client:
            for run_id, writer in writers.items():
                assert set(writer.acknowledged) <= stored_numbers(client, run_id)


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path):
    with Server(tmp_path) as server:
        with Client(server.url) as client:
            connection = client._connection
            connection.putrequest("PUT", f"{ARTIFACTS}/0/broken")
            connection.putheader("Content-Length", str(10 << 20))
            connection.endheaders(b"x" * (1 << 20))
        uploads = tmp_path / "artifacts" / ".rookery-uploads"
        wait_for(lambda: not any(uploads.iterdir()))
        with Client(server.url) as client:
            assert client.get(f"{ARTIFACTS}/0/broken").status == 404
