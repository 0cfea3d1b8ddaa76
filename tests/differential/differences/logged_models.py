"""Logged models."""

from tests.differential.differences.difference import Difference

DIFFERENCES = [
    Difference(
        mlflow="the id in the path of a logged model must be repeated in the body",
        rookery="may be",
        because="the path says it",
        status=(200,),
        steps=(
            "models/finalising: no id in the body",
            "models/params: no id in the body",
            "models/params: in the end",
        ),
    ),
]
