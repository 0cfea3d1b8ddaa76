"""A small training that logs of everything, over MLflow's API, through a sidecar."""

from tests.support.raw import API, Client

EXPERIMENT = "recorded"
STEPS = 5
METRICS = ("accuracy", "loss")
PARAMS = {"alpha": "0.1", "beta": "b"}
TAGS = {"made": "here", "note": "late"}
END_MS = 1_790_000_001_000
POINTS = {(name, step): step + 0.5 for name in METRICS for step in range(STEPS)}


def train(url, after_each):
    """Returns the run's id. `after_each` is called behind each write that is only spooled."""
    with Client(url) as client:
        experiment = asked(client, "experiments/create", name=EXPERIMENT)["experiment_id"]
        run = asked(
            client,
            "runs/create",
            experiment_id=experiment,
            run_name="recorded-run",
            start_time=END_MS - 1000,
            tags=[{"key": "made", "value": TAGS["made"]}],
        )
        run_id = run["run"]["info"]["run_id"]
        params = [{"key": key, "value": value} for key, value in PARAMS.items()]
        asked(client, "runs/log-batch", run_id=run_id, params=params)
        for step in range(STEPS):
            metrics = [
                {"key": name, "value": step + 0.5, "timestamp": END_MS - 500, "step": step}
                for name in METRICS
            ]
            asked(client, "runs/log-batch", run_id=run_id, metrics=metrics)
            after_each()
        asked(client, "runs/set-tag", run_id=run_id, key="note", value=TAGS["note"])
        after_each()
        asked(client, "runs/update", run_id=run_id, status="FINISHED", end_time=END_MS)
    return run_id


def asked(client, rpc, **message):
    answer = client.post(rpc, **message)
    assert answer.status == 200, (rpc, answer)
    return answer.json()


def seen(url, run_id):
    """The run as a server tells it: what `train` has made, if all of it is there."""
    with Client(url) as client:
        run = client.get(f"{API}runs/get?run_id={run_id}").json()["run"]
        points = {}
        for name in METRICS:
            path = f"{API}metrics/get-history?run_id={run_id}&metric_key={name}"
            for metric in client.get(path).json()["metrics"]:
                points[name, metric["step"]] = metric["value"]
    tags = {tag["key"]: tag["value"] for tag in run["data"]["tags"]}
    return {
        "status": (run["info"]["status"], run["info"]["end_time"]),
        "params": {param["key"]: param["value"] for param in run["data"]["params"]},
        "tags": {key: value for key, value in tags.items() if not key.startswith("mlflow.")},
        "points": points,
    }


WHOLE = {"status": ("FINISHED", END_MS), "params": PARAMS, "tags": TAGS, "points": POINTS}
