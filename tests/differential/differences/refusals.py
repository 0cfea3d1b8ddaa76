"""Refusals of every area that have other words."""

from tests.differential.differences.difference import Difference

DIFFERENCES = [
    Difference(
        mlflow="a few refusals speak of another fault first",
        rookery="the message names the field that is missing or the values that there are",
        because="they tell what to do; the status and the code are the same",
        says="Missing value for required parameter|Valid values are|Value was of type"
        "|could not base64-decode|header is missing|It must be at most|not a JSON object",
        steps=(
            "http/content types: empty",
            "metrics/histories: a token of nonsense",
            "metrics/values: empty text",
            "params/batches: by run_uuid",
            "runs/updates: status 99",
            "values/of runs: runs/log-metric value: empty text",
            "values/of runs: runs/update status: an integer",
            "versions/made and read: download uri without number",
            "searches/of runs: max_results 50001",
            "searches/of registered models: max_results 1001",
            "searches/of versions: max_results 200001",
            "searches/of *: a token of nonsense",
            "views/files of a run: get without a path",
            "views/files of a run: upload without *",
            "views/files of a version: without a path",
            "views/files of a logged model: get without a path",
            "views/models of MLflow 2: not an object",
        ),
    ),
    Difference(
        mlflow="what the database refuses is answered with its words and the SQL",
        rookery="with a sentence",
        because="the SQL is nobody's business",
        says="already exists|Invalid experiment name|Create it first|was already logged",
        steps=(
            "experiments/renaming: to a name of blanks",
            "experiments/renaming: to a taken name",
            "metrics/batches: an unknown model",
            "models/metrics: unknown model",
            "models/params: another value",
        ),
    ),
    Difference(
        mlflow="what does not fit a column is stored on SQLite and refused by other databases",
        rookery="400 on both: registered model names past 256 characters, run tags' keys past 250",
        because="the answer must not depend on the database",
        says="exceeds the maximum length",
        steps=(
            "registered models/made and read: a name of 25*",
            "runs/tags at creation: key too long",
        ),
    ),
    Difference(
        mlflow="messages name environment variables that lift a limit or a ban",
        rookery="they do not",
        because="Rookery has no such variables",
        says="Invalid artifact path length|names the host",
        steps=(
            "experiments/locations: too long",
            "experiments/locations: on a host",
            "sources/*: http",
            "sources/*: https",
            "sources/*: ftp",
            "sources/*: hdfs",
            "sources/*: abfss",
            "sources/*: mlflow-artifacts on a host",
        ),
    ),
]
