"""Runs: creating, deleting, outputs."""

from tests.differential.differences.difference import Difference

DIFFERENCES = [
    Difference(
        mlflow="runs/delete without run_id: 404 for the run ''",
        rookery="400: run_id is missing",
        because="that is the fault",
        says="Missing value for required parameter 'run_id'",
        steps=("runs/deleting and restoring: delete by run_uuid",),
    ),
    Difference(
        mlflow="runs/outputs takes an empty list of models, logged-models/search one of "
        "experiments",
        rookery="400, as for no list",
        because="in a proto3 message the two are the same",
        says="Missing value for required parameter '(models|experiment_ids)'",
        steps=("outputs/models: an empty list", "searches/of logged models: of none"),
    ),
    Difference(
        mlflow="a run created without an experiment is refused with the words of the database",
        rookery="goes to the experiment 0",
        because="that is what MLflow means to do (it does where the database lets it)",
        status=(200,),
        says='"experiment_id": "0"',
        steps=(
            "runs/made and read: in no experiment",
            "runs/made and read: in an empty experiment",
            "values/of runs: runs/create experiment_id: null",
            "values/of runs: runs/create experiment_id: empty text",
        ),
    ),
]
