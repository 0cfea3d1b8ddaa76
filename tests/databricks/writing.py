"""What a training script on a node logs, and what a server has of it."""

from tests.support.raw import API, Client


def log(url, run_id, *keys):
    with Client(url) as client:
        for key in keys:
            point = {"key": key, "value": 0.5, "timestamp": 1_790_000_000_000, "step": 1}
            answer = client.post("runs/log-metric", run_id=run_id, **point)
            assert answer.status == 200, answer.body


def keys_of(server, run_id):
    with Client(server.url) as client:
        run = client.get(f"{API}runs/get?run_id={run_id}").json()["run"]
    return {metric["key"] for metric in run["data"].get("metrics", [])}
