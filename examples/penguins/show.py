"""Prints what train.py stored, starting from the champion in the model registry."""

import mlflow

EXPERIMENT = "Penguin-ADB-MLflow-AML"
MODEL = "penguin-classification"


def main():
    client = mlflow.MlflowClient()
    model = client.get_registered_model(MODEL)
    version = client.get_model_version_by_alias(MODEL, "champion")
    run = client.get_run(version.run_id)
    experiment = client.get_experiment_by_name(EXPERIMENT)

    print(f"Experiment  {experiment.name} (id {experiment.experiment_id})")
    print(f"Run         {run.info.run_name} (id {run.info.run_id}), {run.info.status}")
    print_table("Params", run.data.params)
    tags = {k: v for k, v in run.data.tags.items() if not k.startswith("mlflow.")}
    print_table("Tags", tags)
    inputs = run.inputs.dataset_inputs
    print_table("Datasets", {i.dataset.name: f"digest {i.dataset.digest}" for i in inputs})
    print_table("Metrics", {key: history(client, run, key) for key in run.data.metrics})
    print_table("Artifacts", dict(files(run.info.artifact_uri)))
    aliases = ", ".join(f"{alias} -> {v}" for alias, v in model.aliases.items())
    print(f"Model       {model.name}, aliases: {aliases}")
    print(f"Version     {version.version} ({version.status}) from {version.source}")
    print_table("Its files", dict(files(version.source)))
    print(f"Look at     {mlflow.get_tracking_uri()}")


def history(client, run, key):
    points = client.get_metric_history(run.info.run_id, key)
    first, last = points[0], points[-1]
    if len(points) == 1:
        return f"{last.value:.3f}"
    return f"{first.value:.3f} -> {last.value:.3f} ({len(points)} points)"


def files(root, folder=""):
    """Yields (path, size) of every file below an artifact URI."""
    for item in mlflow.artifacts.list_artifacts(artifact_uri=f"{root}/{folder}"):
        path = f"{folder}{item.path}"
        if item.is_dir:
            yield from files(root, f"{path}/")
        else:
            yield path, f"{item.file_size:,} bytes"


def print_table(title, rows):
    print(title)
    for name, value in sorted(rows.items()):
        print(f"  {name:<28} {value}")


if __name__ == "__main__":
    main()
