"""Experiments: ids, names, locations."""

from tests.differential.differences.difference import Difference

DIFFERENCES = [
    Difference(
        mlflow="an experiment id past 64 bits: 500",
        rookery="400",
        because="clients retry 500",
        says="must be a valid integer",
        steps=("experiments/made and read: id beyond int64",),
    ),
    Difference(
        mlflow="an experiment's name may be blanks",
        rookery="400",
        because="newer MLflow refuses it, too",
        says="Invalid experiment name",
        steps=("experiments/names: of blanks",),
    ),
    Difference(
        mlflow="an artifact location may hold `?` or `..`",
        rookery="400",
        because="it becomes a part of paths",
        says="it may not hold",
        steps=("experiments/locations: with a query", "experiments/locations: going up"),
    ),
]
