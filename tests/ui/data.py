"""Runs and models as training scripts leave them, stored with MLflow's own client."""

import matplotlib

matplotlib.use("Agg")  # Draws without a screen.

import mlflow
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

MODEL = "penguin-model"


class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, model_input):
        return model_input


def store(url):
    """Returns the ids that the walk needs."""
    mlflow.set_tracking_uri(url)
    mlflow.set_experiment("seabirds")
    with mlflow.start_run(run_name="lonely"):
        mlflow.log_metric("m", 1)
    experiment = mlflow.set_experiment("penguins").experiment_id
    ids = [train(name, number) for number, name in enumerate(["adelie", "chinstrap", "gentoo"])]
    with mlflow.start_run(ids[0]):
        logged_model = finish()
    register(logged_model, ids[0])
    return {"experiment": experiment, "runs": ids, "loggedModel": logged_model, "model": MODEL}


def train(name, number):
    with mlflow.start_run(run_name=name) as run:
        mlflow.log_params({"alpha": 0.1 * (number + 1), "depth": number + 2})
        mlflow.set_tags({"species": name, "stage": "train", "mlflow.note.content": "a note"})
        for step in range(10):
            loss = 1.0 / (step + 1) + number * 0.1
            accuracy = 0.5 + 0.04 * step + number * 0.0075
            mlflow.log_metrics({"loss": loss, "accuracy": accuracy}, step=step)
        for step in range(2):
            mlflow.log_metric("system/cpu_utilization_percentage", 10.5 + step, step=step)
        return run.info.run_id


def finish():
    """All else that a run can have; returns the id of its model."""
    figure, axes = plt.subplots(figsize=(2, 2))
    axes.plot([1, 2])
    mlflow.log_figure(figure, "plots/figure.png")
    plt.close(figure)
    green = np.full((16, 16, 3), (0, 128, 0), dtype=np.uint8)
    mlflow.log_image(green, "images/green.png")
    mlflow.log_image(green, key="square", step=0, synchronous=True)
    table = {"question": ["what is a rookery"], "answer": ["a colony of penguins"]}
    mlflow.log_table(table, "tables/qa.json")
    mlflow.log_text("a text of penguins", "notes/text.txt")
    frame = pd.DataFrame({"bill": [1.0, 2.0], "flipper": [3.0, 4.0]})
    mlflow.log_input(mlflow.data.from_pandas(frame, name="palmer"), context="training")
    with mlflow.start_run(run_name="nested-child", nested=True):
        mlflow.log_metric("loss", 0.3)
    model = mlflow.pyfunc.log_model(
        name="model", python_model=Echo(), input_example=frame, pip_requirements=["mlflow"]
    )
    return model.model_id


def register(logged_model, run_id):
    client = mlflow.MlflowClient()
    client.create_registered_model(MODEL, {"team": "birds"}, "Classifies penguins")
    for number in ("1", "2"):
        client.create_model_version(
            MODEL,
            f"models:/{logged_model}",
            run_id=run_id,
            model_id=logged_model,
            description=f"number {number}",
        )
    client.set_registered_model_alias(MODEL, "champion", "1")
