"""The penguins example, run as its reader runs it, and what it left in the server."""

import math
import os
import subprocess
import sys

import mlflow
import pytest

from tests.support.backends import SETUPS, serving
from tests.support.server import ROOT

EXPERIMENT = "Penguin-ADB-MLflow-AML"
MODEL = "penguin-classification"
EPOCHS = 30


def run_example(name, server):
    """What a script of the example prints."""
    done = subprocess.run(
        [sys.executable, ROOT / "examples/penguins" / name],
        # A server that fails is to fail the test, not to be asked again for minutes.
        env={
            **os.environ,
            "MLFLOW_TRACKING_URI": server.url,
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\nserver:\n{server.log()}"
    return done.stdout


@pytest.fixture(scope="module", params=SETUPS)
def server(request, tmp_path_factory):
    """One for all tests here, after one training, which takes most of their time."""
    with serving(request.param, tmp_path_factory.mktemp("server")) as running:
        run_example("train.py", running)
        yield running


@pytest.fixture
def client(server, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    mlflow.set_tracking_uri(server.url)
    yield mlflow.MlflowClient()
    mlflow.set_tracking_uri(None)


def champion(client):
    return client.get_model_version_by_alias(MODEL, "champion")


def test_the_run_is_stored_with_params_tags_metric_histories_and_datasets(client):
    run = client.get_run(champion(client).run_id)
    assert run.info.experiment_id == client.get_experiment_by_name(EXPERIMENT).experiment_id
    assert (run.info.run_name, run.info.status) == ("sgd", "FINISHED")
    assert run.info.end_time > run.info.start_time
    assert run.data.params == {
        "loss": "log_loss",
        "alpha": "0.001",
        "learning_rate": "constant",
        "eta0": "0.005",
        "epochs": str(EPOCHS),
        "seed": "42",
        "features": "4",
    }
    assert run.data.tags["framework"] == "scikit-learn"
    assert run.data.tags["mlflow.source.name"].endswith("train.py")

    for key in ["train_loss", "train_accuracy", "validation_loss", "validation_accuracy"]:
        points = client.get_metric_history(run.info.run_id, key)
        assert [point.step for point in points] == list(range(EPOCHS))
        assert all(math.isfinite(point.value) for point in points)
        assert run.data.metrics[key] == points[-1].value
    losses = [p.value for p in client.get_metric_history(run.info.run_id, "train_loss")]
    assert losses[-1] < losses[0] / 2

    datasets = {i.dataset.name: i.tags[0].value for i in run.inputs.dataset_inputs}
    assert datasets == {"penguins-training": "training", "penguins-validation": "validation"}


def test_the_artifacts_are_stored(client, tmp_path):
    run = client.get_run(champion(client).run_id)
    mlflow.artifacts.download_artifacts(artifact_uri=run.info.artifact_uri, dst_path=tmp_path)
    files = {path.name: path for path in tmp_path.rglob("*") if path.is_file()}
    assert set(files) == {"confusion_matrix.png", "classification.txt", "classification.json"}
    assert files["confusion_matrix.png"].read_bytes().startswith(b"\x89PNG\r\n")
    assert "Chinstrap" in files["classification.txt"].read_text()
    report = mlflow.artifacts.load_dict(f"{run.info.artifact_uri}/reports/classification.json")
    assert report["accuracy"] == run.data.metrics["final_accuracy"]


def test_the_model_is_registered_and_knows_its_run_and_its_signature(client):
    version = champion(client)
    assert version.status == "READY"
    assert client.get_registered_model(MODEL).aliases == {"champion": version.version}
    info = mlflow.models.get_model_info(f"models:/{MODEL}@champion")
    assert info.run_id == version.run_id
    assert info.signature.inputs.input_names() == [
        "bill_length_mm",
        "bill_depth_mm",
        "flipper_length_mm",
        "body_mass_g",
    ]


def test_training_again_makes_the_next_version_the_champion(server, client):
    first = champion(client)
    output = run_example("train.py", server)
    second = champion(client)
    assert "The champion from the registry is right for 99.0%" in output
    assert int(second.version) == int(first.version) + 1
    runs = [client.get_run(version.run_id) for version in (first, second)]
    assert runs[0].info.run_id != runs[1].info.run_id
    assert runs[0].info.experiment_id == runs[1].info.experiment_id


def test_show_prints_what_was_stored(server, client):
    output = run_example("show.py", server)
    version = champion(client)
    assert f"(id {version.run_id}), FINISHED" in output
    assert f"champion -> {version.version}" in output
    for words in ["30 points", "plots/confusion_matrix.png", "model.skops"]:
        assert words in output
