"""A worker: logs POINTS points to a run of the experiment EXPERIMENT, then ends the run and itself.

Told to HANG, it logs and waits to be deleted.
"""

import os
import time

import mlflow

POINTS = int(os.environ["POINTS"])

mlflow.set_experiment(os.environ["EXPERIMENT"])
with mlflow.start_run() as run:
    print(f"run {run.info.run_id}", flush=True)
    client = mlflow.MlflowClient()
    for step in range(POINTS):
        client.log_metric(run.info.run_id, "loss", 1 / (step + 1), timestamp=step + 1, step=step)
    print("all is logged", flush=True)
    while os.environ.get("HANG"):
        time.sleep(1)
