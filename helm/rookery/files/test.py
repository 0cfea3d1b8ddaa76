"""Logs a run through Rookery as any MLflow client would, and reads it back: `helm test`."""

import os
import tempfile
from pathlib import Path

import mlflow

PARAMS = {"chart": os.environ["CHART"]}
LOSSES = [1.0, 0.5, 0.25]
NOTE = "written by helm test\n"


def show_client_certificate(folder):
    """MLflow takes certificate and key from one file."""
    with tempfile.NamedTemporaryFile(mode="w", suffix=".pem", delete=False) as both:
        for name in ("tls.crt", "tls.key"):
            both.write((Path(folder) / name).read_text())
    os.environ["MLFLOW_TRACKING_CLIENT_CERT_PATH"] = both.name


def log_run():
    mlflow.set_experiment("helm-test")
    with mlflow.start_run(run_name="helm test") as run:
        mlflow.log_params(PARAMS)
        for step, loss in enumerate(LOSSES):
            mlflow.log_metric("loss", loss, step=step)
        mlflow.log_text(NOTE, "note.txt")
    return run.info.run_id


def expect(what, found, wanted):
    if found != wanted:
        raise SystemExit(f"FAILED: {what} came back as {found!r} instead of {wanted!r}")


def read_back(run_id):
    client = mlflow.MlflowClient()
    run = client.get_run(run_id)
    points = client.get_metric_history(run_id, "loss")
    expect("the status", run.info.status, "FINISHED")
    expect("the params", run.data.params, PARAMS)
    expect("the metric", sorted((each.step, each.value) for each in points), [*enumerate(LOSSES)])
    expect("the artifact", mlflow.artifacts.load_text(f"runs:/{run_id}/note.txt"), NOTE)
    client.delete_run(run_id)


if "CLIENT_CERTIFICATE" in os.environ:
    show_client_certificate(os.environ["CLIENT_CERTIFICATE"])
logged = log_run()
read_back(logged)
print(f"{mlflow.get_tracking_uri()}: run {logged} came back as it was logged")
