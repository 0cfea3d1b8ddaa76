"""Trains penguin classifiers on a Spark cluster: one for each species and learning rate, each where
Spark puts its rows, in a nested run of its own.

Nothing here knows which server is behind MLFLOW_TRACKING_URI, on the driver or on an executor.
"""

import argparse
import os
import socket

import mlflow
from palmerpenguins import load_penguins
from pandas import DataFrame
from pyspark import TaskContext
from pyspark.sql import SparkSession
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

EXPERIMENT = "penguins-on-spark"
FEATURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
TARGET = "sex"
CLASSES = ["female", "male"]
GROUP = ["species", "eta0"]
RATES = [0.002, 0.02]
RESULT = "species string, eta0 double, accuracy double, run_id string"
SEED = 42


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=30, help="of each model (30)")
    epochs = parser.parse_args().epochs

    spark = SparkSession.builder.appName(EXPERIMENT).getOrCreate()
    penguins = load_penguins().dropna(subset=[*FEATURES, TARGET])
    rows = penguins[["species", TARGET, *FEATURES]].merge(DataFrame({"eta0": RATES}), how="cross")
    # As many tasks as models, so that Spark spreads them; some may get two.
    models = len(rows[GROUP].drop_duplicates())
    groups = spark.createDataFrame(rows).repartition(models, *GROUP).groupBy(*GROUP)

    experiment = mlflow.set_experiment(EXPERIMENT)
    with mlflow.start_run(run_name="species x learning rate") as parent:
        print(f"Run {parent.info.run_id} of experiment {EXPERIMENT}", flush=True)
        mlflow.log_params({"epochs": epochs, "models": models, "seed": SEED})
        train = trainer(experiment.experiment_id, parent.info.run_id, epochs)
        results = groups.applyInPandas(train, RESULT).toPandas()
        end_abandoned(parent, results)
        best = results.loc[results["accuracy"].idxmax()]
        mlflow.log_metric("best_accuracy", best["accuracy"])
        mlflow.set_tag("best_run", best["run_id"])
    print(results.sort_values(GROUP).to_string(index=False))
    spark.stop()


def trainer(experiment_id, parent_id, epochs):
    """What an executor does with the rows of one group; Spark sends it there."""

    def train(key, rows):
        species, eta0 = key
        tags = {
            "spark.task": str(TaskContext.get().taskAttemptId()),
            "spark.host": socket.gethostname(),
            "spark.pid": str(os.getpid()),
        }
        with mlflow.start_run(
            run_name=f"{species}, {eta0}",
            experiment_id=experiment_id,
            parent_run_id=parent_id,
            nested=True,
            tags=tags,
        ) as run:
            mlflow.log_params({"species": species, "eta0": eta0, "rows": len(rows)})
            accuracy = fit(rows, eta0, epochs)
        return rows.head(1)[GROUP].assign(accuracy=accuracy, run_id=run.info.run_id)

    return train


def fit(rows, eta0, epochs):
    """Learns epoch by epoch and logs how well; returns the accuracy in the end."""
    known, unseen = train_test_split(rows, test_size=0.3, random_state=SEED, stratify=rows[TARGET])
    scaler = StandardScaler().fit(known[FEATURES])
    classifier = SGDClassifier(
        loss="log_loss", learning_rate="constant", eta0=eta0, random_state=SEED
    )
    model = make_pipeline(scaler, classifier)
    for epoch in range(epochs):
        classifier.partial_fit(scaler.transform(known[FEATURES]), known[TARGET], CLASSES)
        probabilities = model.predict_proba(unseen[FEATURES])
        accuracy = accuracy_score(unseen[TARGET], model.predict(unseen[FEATURES]))
        loss = log_loss(unseen[TARGET], probabilities, labels=CLASSES)
        mlflow.log_metrics({"loss": loss, "accuracy": accuracy}, step=epoch)
    mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"])
    return accuracy


def end_abandoned(parent, results):
    """Spark runs a task again if its worker dies. Of the runs that then are there for a group, the
    one that counts is the one whose result Spark took."""
    client = mlflow.MlflowClient()
    children = client.search_runs(
        [parent.info.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    )
    for run in children:
        if run.info.run_id not in set(results["run_id"]):
            client.set_terminated(run.info.run_id, "KILLED")


if __name__ == "__main__":
    main()
