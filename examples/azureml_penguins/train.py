"""Trains a penguin classifier as on Azure Databricks with Azure Machine Learning.

That is: SDK v1, MLflow with Azure's plugin, then Model.register. Nothing here knows that there is
no Azure. Lines marked `# article` are those by which such a notebook talks to Azure ML.
"""

import shutil

import matplotlib

matplotlib.use("Agg")  # Draws without a screen.

import mlflow  # article
from azureml.core import Workspace  # article
from azureml.core.model import Model  # article
from matplotlib import pyplot as plt
from mlflow.models import infer_signature
from palmerpenguins import load_penguins
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score, classification_report
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]
TARGET = "species"
EPOCHS = 20
SEED = 42
FOLDER = "penguin_model"

penguins = load_penguins().dropna(subset=FEATURES)
train, test = train_test_split(
    penguins, test_size=0.3, random_state=SEED, stratify=penguins[TARGET]
)

ws = Workspace.from_config()  # article
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())  # article
mlflow.set_experiment("Penguin-ADB-MLflow-AML")  # article

with mlflow.start_run() as run:  # article
    scaler = StandardScaler().fit(train[FEATURES])
    classifier = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=0.005)
    classifier.set_params(random_state=SEED)
    model = make_pipeline(scaler, classifier)
    mlflow.log_params({"loss": "log_loss", "eta0": 0.005, "epochs": EPOCHS})  # article
    for epoch in range(EPOCHS):
        classifier.partial_fit(
            scaler.transform(train[FEATURES]), train[TARGET], sorted(set(train[TARGET]))
        )
        accuracy = accuracy_score(test[TARGET], model.predict(test[FEATURES]))
        mlflow.log_metric("accuracy", accuracy, step=epoch)  # article
    predicted = model.predict(test[FEATURES])
    display = ConfusionMatrixDisplay.from_predictions(test[TARGET], predicted, cmap="Blues")
    mlflow.log_figure(display.figure_, "confusion_matrix.png")  # article
    plt.close(display.figure_)
    report = classification_report(test[TARGET], predicted)
    mlflow.log_text(report, "classification_report.txt")  # article
    signature = infer_signature(test[FEATURES], predicted)
    mlflow.sklearn.log_model(model, artifact_path="model", signature=signature)  # article

shutil.rmtree(FOLDER, ignore_errors=True)
mlflow.sklearn.save_model(model, FOLDER, signature=signature)
registered = Model.register(  # article
    workspace=ws,  # article
    model_name="penguin-classification",  # article
    model_path=FOLDER,  # article
    description="Species of a penguin, by its measures",  # article
    tags={"run": run.info.run_id, "accuracy": f"{accuracy:.3f}"},
)  # article
print(f"Run {run.info.run_id}: right for {accuracy:.1%} of the penguins it had not seen")
print(f"Registered {registered.name}, version {registered.version}")
