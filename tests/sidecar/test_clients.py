"""MLflow's own clients, unmodified, through the sidecar."""

import os
import subprocess

import mlflow
import pytest
from mlflow import MlflowClient

from tests.support.backends import BACKENDS, serving
from tests.support.program import ROOT
from tests.support.sidecar import Sidecar
from tests.support.waiting import wait_for

LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
ENVIRONMENTS = ["mlflow317", "mlflow222"]
PAIRS = list(zip(ENVIRONMENTS, BACKENDS, strict=True))
if LONG:
    PAIRS += list(zip(ENVIRONMENTS, reversed(BACKENDS), strict=True))
MODEL = "penguin-classification"
EPOCHS = 30
STEPS = 20


def run_example(environment, script, url):
    """What a script of the penguins example prints, with the client of an environment."""
    python = ROOT / f"build/venv/{environment}/bin/python"
    if not python.exists():
        pytest.skip(f"NOT RUN: {python} is not there; ./dev setup makes it")
    done = subprocess.run(
        [python, ROOT / "examples/penguins" / script],
        env={
            **os.environ,
            "MLFLOW_TRACKING_URI": url,
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "has failed" not in done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize(("environment", "backend"), PAIRS)
def test_the_penguins_example_runs(environment, backend, tmp_path):
    with serving(backend, tmp_path) as server, Sidecar(tmp_path, server.grpc) as sidecar:
        trained = run_example(environment, "train.py", sidecar.url)
        assert "The champion from the registry is right for 99.0%" in trained
        # What the script has read back was there; and so it is at the server itself.
        client = MlflowClient(server.url)
        version = client.get_model_version_by_alias(MODEL, "champion")
        run = client.get_run(version.run_id)
        assert run.info.status == "FINISHED"
        assert run.data.params["epochs"] == str(EPOCHS)
        assert run.data.tags["framework"] == "scikit-learn"
        for key in ("train_loss", "validation_accuracy"):
            points = client.get_metric_history(version.run_id, key)
            assert [point.step for point in points] == list(range(EPOCHS))
        assert len(run.inputs.dataset_inputs) == 2
        folders = {file.path for file in client.list_artifacts(version.run_id)}
        assert {"plots", "reports"} <= folders


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_was_logged_is_read_back_at_once(backend, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with serving(backend, tmp_path) as server, Sidecar(tmp_path, server.grpc) as sidecar:
        mlflow.set_tracking_uri(sidecar.url)
        try:
            log_and_read(MlflowClient(sidecar.url))
        finally:
            mlflow.set_tracking_uri(None)


def log_and_read(client):
    mlflow.set_experiment("read back")
    with mlflow.start_run() as run:
        run_id = run.info.run_id
        for step in range(STEPS):
            mlflow.log_metric("loss", step / 7, step=step)
            points = client.get_metric_history(run_id, "loss")
            assert [(p.step, p.value) for p in points] == [(s, s / 7) for s in range(step + 1)]
            mlflow.log_param(f"param{step}", step)
            mlflow.set_tag("step", step)
            data = client.get_run(run_id).data
            assert data.metrics == {"loss": step / 7}
            assert data.params == {f"param{s}": str(s) for s in range(step + 1)}
            assert data.tags["step"] == str(step)
        with pytest.raises(mlflow.MlflowException, match="param0"):
            mlflow.log_param("param0", "another")
        mlflow.log_metrics({"a": 1, "b": 2}, step=3)
        # A search names no run, and so waits for none.
        experiment = run.info.experiment_id
        (found,) = wait_for(lambda: client.search_runs([experiment], "metrics.b = 2"))
        assert found.info.run_id == run_id
        client.delete_tag(run_id, "step")
        assert "step" not in client.get_run(run_id).data.tags
        mlflow.log_text("text", "folder/file.txt")
        assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/folder/file.txt") == "text"
        model = mlflow.create_external_model("model", source_run_id=run_id)
        assert client.get_logged_model(model.model_id).source_run_id == run_id
        client.create_registered_model("registered")
        version = client.create_model_version("registered", run.info.artifact_uri, run_id)
        assert client.get_model_version("registered", version.version).run_id == run_id
    assert client.get_run(run_id).info.status == "FINISHED"
