"""Prints, as JSON, what the runs of an experiment have: their status, and points by key."""

import json
import sys

from mlflow import MlflowClient

client = MlflowClient()
experiment = client.get_experiment_by_name(sys.argv[1])
found = {}
for run in client.search_runs([experiment.experiment_id]) if experiment else []:
    history = {
        key: len(client.get_metric_history(run.info.run_id, key)) for key in run.data.metrics
    }
    found[run.info.run_id] = {"status": run.info.status, "points": history}
print(json.dumps(found))
