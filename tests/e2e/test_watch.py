"""Metrics pushed to a reader as Server-Sent Events, also from another replica."""

import contextlib
import http.client
import json
import queue
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest

from tests.support.backends import BACKENDS, serving
from tests.support.postgres import fresh_database
from tests.support.raw import ARTIFACTS, Client
from tests.support.server import Server

PATIENCE = 30


class Watch:
    """One reader; its events come to `events` as (id, kind, message)."""

    def __init__(self, url, run_id, last_event_id=None):
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        path = f"/api/2.0/rookery/runs/{run_id}/metrics/watch"
        self._connection.request("GET", path, headers=headers)
        self._socket = self._connection.sock
        self.response = self._connection.getresponse()
        self.events = queue.Queue()
        self.ended = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        if self.response.status == 200:
            self._reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Wakes the reader, whose buffer close() would wait for.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._reader.is_alive():
            self._reader.join(PATIENCE)
        self._connection.close()

    def _read(self):
        event = {}
        try:
            for line in self.response:
                if line == b"\n":
                    kind = event.get("event", "message")
                    self.events.put((event.get("id"), kind, json.loads(event["data"])))
                    event = {}
                    continue
                name, _, text = line.decode().rstrip("\n").partition(": ")
                event[name] = text
        except (OSError, ValueError, http.client.HTTPException):
            pass
        self.ended.set()

    def points_until(self, step):
        """The steps and values that come, up to the one with `step`, and the last event's id."""
        seen = {}
        while step not in seen:
            last, kind, message = self.events.get(timeout=PATIENCE)
            assert kind == "message"
            columns = message["metrics"]
            seen.update(zip(columns["step"], columns["value"], strict=True))
        return seen, last


def log(client, run_id, step, value):
    metric = {"key": "loss", "value": value, "timestamp": 1, "step": step}
    assert client.post("runs/log-metric", run_id=run_id, **metric).status == 200


def new_run(client):
    return client.post("runs/create").json()["run"]["info"]["run_id"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_points_come_as_events_and_go_on_after_the_last_id(backend, tmp_path):
    with serving(backend, tmp_path) as server, Client(server.url) as client:
        run_id = new_run(client)
        log(client, run_id, 0, 0.5)
        with Watch(server.url, run_id) as watch:
            assert watch.response.headers["Content-Type"] == "text/event-stream"
            assert watch.points_until(0)[0] == {0: 0.5}
            for step in range(1, 20):
                log(client, run_id, step, step / 4)
            seen, last = watch.points_until(19)
        assert seen == {step: step / 4 for step in range(1, 20)}
        log(client, run_id, 20, "NaN")
        with Watch(server.url, run_id, last_event_id=last) as again:
            assert again.points_until(20)[0] == {20: "NaN"}


def test_a_reader_of_a_run_without_points_waits_and_one_of_no_run_is_told(tmp_path):
    with serving("sqlite", tmp_path) as server, Client(server.url) as client:
        run_id = new_run(client)
        with Watch(server.url, run_id) as watch:
            # The head came before there was anything to say.
            assert watch.response.status == 200
            assert watch.events.empty()
            log(client, run_id, 7, 1)
            assert watch.points_until(7)[0] == {7: 1}
        with Watch(server.url, "missing") as refused:
            assert refused.response.status == 404
            error = json.loads(refused.response.read())
            assert error["error_code"] == "RESOURCE_DOES_NOT_EXIST"
        with Watch(server.url, run_id, last_event_id="word") as refused:
            assert refused.response.status == 400
        # An error that quotes so much once ended the connection that artifacts go over, too.
        with Watch(server.url, "x" * 7000) as refused:
            assert refused.response.status == 404
        assert client.get(f"{ARTIFACTS}/0/missing").status == 404


def test_head_is_answered_without_events(tmp_path):
    with serving("sqlite", tmp_path) as server, Client(server.url) as client:
        run_id = new_run(client)
        answer = client.ask("HEAD", f"/api/2.0/rookery/runs/{run_id}/metrics/watch")
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/event-stream"
        # On the same connection, which would not be free if the events went on.
        assert client.get("/health").body == b"OK"


def test_a_stopping_server_ends_its_watches_at_once_and_says_so(tmp_path):
    with serving("sqlite", tmp_path) as server, Client(server.url) as client:
        run_id = new_run(client)
        with Watch(server.url, run_id) as watch:
            log(client, run_id, 0, 1)
            watch.points_until(0)
            began = time.monotonic()
            server.terminate()
            # Half of the grace.
            assert time.monotonic() - began < 5
            _, kind, message = watch.events.get(timeout=PATIENCE)
            assert (kind, message["error_code"]) == ("error", "TEMPORARILY_UNAVAILABLE")
            assert watch.ended.wait(PATIENCE)


def test_a_reader_hears_of_what_another_replica_commits(tmp_path):
    with fresh_database() as uri:
        store = ("--backend-store-uri", uri)
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
        with (
            Server(tmp_path / "one", *store) as one,
            Server(tmp_path / "two", *store) as two,
            Client(two.url) as client,
        ):
            run_id = new_run(client)
            with Watch(one.url, run_id) as watch:
                for step in range(50):
                    log(client, run_id, step, step)
                    seen, _ = watch.points_until(step)
                    assert seen[step] == step
