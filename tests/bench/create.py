"""Writes a second over HTTP: runs/create, and a first runs/log-batch."""

import json

from tests.bench.kit.bench import Bench

# What MLflow's client sends at start_run, and a first batch of a small training.
RUN = {
    "user_id": "bench",
    "start_time": 1790000000000,
    "run_name": "bench-run",
    "tags": [
        {"key": "mlflow.user", "value": "bench"},
        {"key": "mlflow.source.name", "value": "train.py"},
        {"key": "mlflow.source.type", "value": "LOCAL"},
    ],
}
BATCH = {
    "run_id": "RUN_ID",
    "params": [{"key": f"param_{i}", "value": str(i)} for i in range(5)],
    "metrics": [
        {"key": f"metric_{i}", "value": i + 0.123456789, "timestamp": 1790000000000, "step": 1}
        for i in range(5)
    ],
    "tags": [{"key": f"tag_{i}", "value": str(i)} for i in range(3)],
}


def main():
    bench = Bench("runs/create", __doc__)
    with bench.servers() as running:
        bodies = {}
        for server in running:
            made = server.ask("POST", "experiments/create", name="bench")
            bodies[server] = json.dumps({**made, **RUN})

        def create(server):
            return ["runs/create", bodies[server]]

        def create_and_log(server):
            return [bodies[server], json.dumps(BATCH)]

        bench.compare("runs/create", running, "post", create, 1)
        bench.compare("runs/create", running, "post", create, 16)
        what = "runs/create and runs/log-batch (5 params, 5 metrics, 3 tags) in turn"
        bench.compare(what, running, "create_and_log", create_and_log, 16)


if __name__ == "__main__":
    main()
