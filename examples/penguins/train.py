"""Trains a penguin classifier, logs everything with MLflow and registers the model.

Nothing here knows which server is behind MLFLOW_TRACKING_URI.
"""

import matplotlib

matplotlib.use("Agg")  # Draws without a screen.

import mlflow
import numpy as np
from matplotlib import pyplot as plt
from mlflow.models import infer_signature
from palmerpenguins import load_penguins
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    accuracy_score,
    classification_report,
    log_loss,
)
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

EXPERIMENT = "Penguin-ADB-MLflow-AML"
MODEL = "penguin-classification"
FEATURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
TARGET = "species"
# MLflow 2 has another word for it.
MODEL_NAME_ARGUMENT = "name" if mlflow.__version__ >= "3" else "artifact_path"
SEED = 42
EPOCHS = 30
PARAMS = {
    "loss": "log_loss",
    "alpha": 0.001,
    "learning_rate": "constant",
    "eta0": 0.005,
}


def main():
    penguins = load_penguins().dropna(subset=FEATURES)
    train, validation = train_test_split(
        penguins, test_size=0.3, random_state=SEED, stratify=penguins[TARGET]
    )

    mlflow.set_experiment(EXPERIMENT)
    with mlflow.start_run(run_name="sgd") as run:
        print(f"Run {run.info.run_id} of experiment {EXPERIMENT}")
        mlflow.log_params({**PARAMS, "epochs": EPOCHS, "seed": SEED, "features": len(FEATURES)})
        mlflow.set_tags({"framework": "scikit-learn", "dataset": "palmerpenguins"})
        for context, frame in [("training", train), ("validation", validation)]:
            dataset = mlflow.data.from_pandas(
                frame[[*FEATURES, TARGET]], name=f"penguins-{context}", targets=TARGET
            )
            mlflow.log_input(dataset, context=context)

        model = fit(train, validation)
        evaluate(model, validation)
        register(model, train)

    champion = mlflow.sklearn.load_model(f"models:/{MODEL}@champion")
    accuracy = accuracy_score(validation[TARGET], champion.predict(validation[FEATURES]))
    print(f"The champion from the registry is right for {accuracy:.1%} of the validation set")


def fit(train, validation):
    """Learns epoch by epoch, so that each metric has a history."""
    scaler = StandardScaler().fit(train[FEATURES])
    classifier = SGDClassifier(**PARAMS, random_state=SEED)
    model = make_pipeline(scaler, classifier)
    classes = np.unique(train[TARGET])
    for epoch in range(EPOCHS):
        classifier.partial_fit(scaler.transform(train[FEATURES]), train[TARGET], classes)
        for prefix, frame in [("train", train), ("validation", validation)]:
            probabilities = model.predict_proba(frame[FEATURES])
            predicted = classes[probabilities.argmax(axis=1)]
            mlflow.log_metrics(
                {
                    f"{prefix}_loss": log_loss(frame[TARGET], probabilities, labels=classes),
                    f"{prefix}_accuracy": accuracy_score(frame[TARGET], predicted),
                },
                step=epoch,
            )
    return model


def evaluate(model, validation):
    """Logs how the finished model does: two numbers, a picture and a report."""
    truth, predicted = validation[TARGET], model.predict(validation[FEATURES])
    mlflow.log_metric("final_accuracy", accuracy_score(truth, predicted))
    display = ConfusionMatrixDisplay.from_predictions(truth, predicted, cmap="Blues")
    mlflow.log_figure(display.figure_, "plots/confusion_matrix.png")
    plt.close(display.figure_)
    mlflow.log_text(classification_report(truth, predicted), "reports/classification.txt")
    mlflow.log_dict(
        classification_report(truth, predicted, output_dict=True), "reports/classification.json"
    )


def register(model, train):
    """Logs the model, registers it as a new version and makes that version the champion."""
    example = train[FEATURES].head(5)
    logged = mlflow.sklearn.log_model(
        model,
        **{MODEL_NAME_ARGUMENT: "model"},
        signature=infer_signature(example, model.predict(example)),
        input_example=example,
        registered_model_name=MODEL,
    )
    mlflow.MlflowClient().set_registered_model_alias(
        MODEL, "champion", logged.registered_model_version
    )


if __name__ == "__main__":
    main()
