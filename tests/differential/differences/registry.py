"""Registered models, their versions, where these come from."""

from tests.differential.differences.difference import Difference

DIFFERENCES = [
    Difference(
        mlflow="a version's source that is a local path: the message resolves it on the server",
        rookery="the source as it was sent; no local path is allowed",
        because="the server's folders are nobody's business",
        says="cannot point at a local path",
        steps=(
            "sources/*: local file",
            "sources/*: absolute path",
            "sources/*: relative path",
            "sources/*: relative path up",
            "sources/*: blank",
            "values/of the others: model-versions/create source: text",
            "values/of the others: model-versions/create source: numeric text",
        ),
    ),
    Difference(
        mlflow="a version's source with `..` and the like: a long message",
        rookery="a shorter one",
        because="same status and code",
        says="no relative parts",
        steps=(
            "sources/*: s3 going up",
            "sources/*: s3 going up, encoded",
            "sources/*: s3 going up, encoded twice",
            "sources/*: s3 without a path",
            "sources/*: NUL encoded",
            "sources/*: mlflow-artifacts going up",
            "sources/*: mlflow-artifacts going up, encoded",
            "sources/*: the run's artifacts, going up",
        ),
    ),
    Difference(
        mlflow="a version from a stage that holds none, archiving for the stages None and "
        "Archived: 500 INTERNAL_ERROR",
        rookery="404 RESOURCE_DOES_NOT_EXIST; 400 INVALID_PARAMETER_VALUE",
        because="clients retry 500",
        status=(400, 404),
        steps=(
            "sources/*: models by name and stage",
            "versions/stages: archiving for None",
            "versions/stages: archiving for Archived",
        ),
    ),
]
