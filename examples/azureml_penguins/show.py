"""Prints what Azure ML's studio shows of the penguins' latest model and its run, asked of the SDK.

Fails if something of it is not there.
"""

import sys
import tempfile
from pathlib import Path

import mlflow
from azureml.core import Workspace
from azureml.core.model import Model
from palmerpenguins import load_penguins

EXPERIMENT = "Penguin-ADB-MLflow-AML"
MODEL = "penguin-classification"
PNG = b"\x89PNG\r\n\x1a\n"


def main():
    ws = Workspace.from_config()
    mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
    client = mlflow.MlflowClient()
    model = Model(ws, MODEL)
    run = client.get_run(model.tags["run"])
    experiment = client.get_experiment_by_name(EXPERIMENT)
    check("the run is the experiment's", run.info.experiment_id == experiment.experiment_id)

    print(f"Workspace   {ws.name} ({ws.resource_group}, {ws.subscription_id})")
    print(f"Experiment  {experiment.name} (id {experiment.experiment_id})")
    print(f"Run         {run.info.run_name} (id {run.info.run_id}), {run.info.status}")
    for name, value in sorted(run.data.params.items()):
        print(f"  {name:<12} {value}")
    show_metrics(client, run)
    show_files(client, run)
    show_model(ws, model)


def show_metrics(client, run):
    points = client.get_metric_history(run.info.run_id, "accuracy")
    check("the metric has a history", len(points) == int(run.data.params["epochs"]))
    check("steps are in order", [point.step for point in points] == list(range(len(points))))
    print(f"Metric      accuracy over {len(points)} steps")
    for point in points[:: max(1, len(points) // 5)]:
        print(f"  {point.step:>4}  {point.value:.3f}  {'#' * round(point.value * 50)}")


def show_files(client, run):
    names = sorted(item.path for item in client.list_artifacts(run.info.run_id))
    print(f"Files       {', '.join(names)}")
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(client.download_artifacts(run.info.run_id, "confusion_matrix.png", folder))
        content = picture.read_bytes()
    check("the confusion matrix is a picture", content.startswith(PNG))
    print(f"Confusion matrix: a PNG of {len(content):,} bytes")
    report = mlflow.artifacts.load_text(f"{run.info.artifact_uri}/classification_report.txt")
    check("the report names each species", all(word in report for word in species()))
    print(report)


def show_model(ws, model):
    versions = Model.list(ws, name=MODEL)
    check("the newest version comes first", versions[0].version == model.version)
    print(f"Model       {model.name}: {model.description}")
    for each in versions:
        print(f"  version {each.version}, {each.created_time:%Y-%m-%d %H:%M}, {each.tags}")
    with tempfile.TemporaryDirectory() as folder:
        path = model.download(folder)
        loaded = mlflow.sklearn.load_model(path)
    penguins = load_penguins().dropna().head(5)
    predicted = list(loaded.predict(penguins[list(loaded.feature_names_in_)]))
    print(f"It was downloaded, and takes five penguins for {', '.join(predicted)}")
    same = mlflow.sklearn.load_model(f"models:/{MODEL}/{model.version}")
    check(
        "MLflow loads the same model",
        list(same.predict(penguins[list(same.feature_names_in_)])) == predicted,
    )


def species():
    return sorted(set(load_penguins()["species"]))


def check(what, holds):
    if not holds:
        sys.exit(f"It does not hold that {what}.")


if __name__ == "__main__":
    main()
