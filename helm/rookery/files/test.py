"""Logs a run through Rookery as any MLflow client would, and reads it back: `helm test`."""

import os
import time
from pathlib import Path

# MLflow takes certificate and key from one file.
client_folder = os.environ.get("CLIENT_CERTIFICATE")
if client_folder:
    both = Path("/tmp/client.pem")
    both.touch(mode=0o600)
    both.write_text("".join((Path(client_folder) / name).read_text() for name in ("tls.crt", "tls.key")))
    os.environ["MLFLOW_TRACKING_CLIENT_CERT_PATH"] = str(both)

import mlflow

CHECKS = {"loss": [1.0, 0.5, 0.25]}
TEXT = "written by helm test\n"

mlflow.set_experiment("helm-test")
with mlflow.start_run(run_name=f"helm-test-{int(time.time())}") as run:
    mlflow.log_param("chart", os.environ["CHART"])
    for step, loss in enumerate(CHECKS["loss"]):
        mlflow.log_metric("loss", loss, step=step)
    mlflow.log_text(TEXT, "note.txt")

client = mlflow.MlflowClient()
stored = client.get_run(run.info.run_id)
history = [(point.step, point.value) for point in client.get_metric_history(run.info.run_id, "loss")]
uri = f"runs:/{run.info.run_id}/note.txt"

if stored.info.status != "FINISHED":
    raise SystemExit(f"the run is {stored.info.status}, not FINISHED")
if stored.data.params != {"chart": os.environ["CHART"]}:
    raise SystemExit(f"params came back as {stored.data.params}")
if sorted(history) != list(enumerate(CHECKS["loss"])):
    raise SystemExit(f"metrics came back as {history}")
if mlflow.artifacts.load_text(uri) != TEXT:
    raise SystemExit("the artifact came back changed")
client.delete_run(run.info.run_id)
print(f"run {run.info.run_id} at {mlflow.get_tracking_uri()}: params, metrics and artifact came back")
