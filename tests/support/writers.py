"""Load whose outcome can be checked: writers that remember what was acknowledged."""

import http.client
import threading
import time

from tests.support.raw import API, ARTIFACTS, Client

WRITERS = 8
PATIENCE = 60


class Writer(threading.Thread):
    """Sends one request after another, each with the next number, until its end."""

    def __init__(self, url):
        super().__init__(daemon=True)
        self.acknowledged = []
        self.refusals = []
        # Requests that got no answer at all: whoever should have given it was gone.
        self.unanswered = 0
        self.slowest_refusal = 0.0
        self._url = url
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
            began = time.monotonic()
            try:
                with Client(self._url, timeout=30) as client:
                    answer = self.send(client, number)
            except (OSError, http.client.HTTPException):
                # The server is gone, and perhaps comes back.
                self.unanswered += 1
                self._ended.wait(0.01)
                continue
            if answer.status == 200:
                self.acknowledged.append(number)
            else:
                self.slowest_refusal = max(self.slowest_refusal, time.monotonic() - began)
                self.refusals.append(answer)
                self._ended.wait(0.05)

    def send(self, client, number):
        raise NotImplementedError


class BatchWriter(Writer):
    """Batches for one run, each with a param, a tag and two metrics under the number."""

    def __init__(self, url):
        with Client(url) as client:
            self.run_id = client.post("runs/create").json()["run"]["info"]["run_id"]
        super().__init__(url)

    def send(self, client, number):
        return client.post("runs/log-batch", **batch(self.run_id, number))

    def stored(self, client):
        return stored_numbers(client, self.run_id)


class VersionWriter(Writer):
    """Versions of one model, for each of which the registry asks tracking about a logged model."""

    def __init__(self, url, name):
        self._model = name
        with Client(url) as client:
            assert client.post("registered-models/create", name=name).status == 200
            made = client.post("logged-models", experiment_id="0", name="m").json()
        self._model_id = made["model"]["info"]["model_id"]
        super().__init__(url)

    def send(self, client, number):
        return client.post(
            "model-versions/create",
            name=self._model,
            source=f"models:/{self._model_id}",
            model_id=self._model_id,
            description=str(number),
        )

    def stored(self, client):
        numbers, version = set(), 0
        while True:
            version += 1
            answer = client.get(API + f"model-versions/get?name={self._model}&version={version}")
            if answer.status == 404:
                return numbers
            numbers.add(int(answer.json()["model_version"]["description"]))


class FileWriter(Writer):
    """Files below one folder, each of which holds its number."""

    def __init__(self, url, folder):
        self._folder = folder
        super().__init__(url)

    def send(self, client, number):
        return client.ask("PUT", f"{ARTIFACTS}/{self._folder}/{number}", str(number).encode(), {})

    def stored(self, client):
        paths = {n: f"{ARTIFACTS}/{self._folder}/{n}" for n in self.acknowledged}
        return {n for n, path in paths.items() if client.get(path).body == str(n).encode()}


def batch(run_id, number):
    metrics = [
        {"key": key, "value": number, "timestamp": number, "step": number} for key in ("a", "b")
    ]
    entry = [{"key": f"n{number}", "value": str(number)}]
    return {"run_id": run_id, "metrics": metrics, "params": entry, "tags": entry}


def start_writers(server):
    writers = [BatchWriter(server.url) for _ in range(WRITERS)]
    return {writer.run_id: writer for writer in writers}


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
