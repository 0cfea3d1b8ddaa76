"""Says whether each metric of the champion's run has each step once, and the run has ended."""

import os
import sys

import mlflow

mlflow.set_tracking_uri(os.environ["ROOKERY_SERVER"])
client = mlflow.MlflowClient()
version = client.get_model_version_by_alias("penguin-classification", "champion")
run = client.get_run(version.run_id)
points = 0
for key in run.data.metrics:
    steps = [point.step for point in client.get_metric_history(version.run_id, key)]
    if steps != list(range(len(steps))):
        sys.exit(f"Of the metric {key} there are the steps {steps}.")
    points += len(steps)
if run.info.status != "FINISHED":
    sys.exit(f"The run is {run.info.status}.")
print(
    f"The server was killed in the middle, and nothing is missing: {points} points of "
    f"{len(run.data.metrics)} metrics, each once, and the run is {run.info.status}"
)
