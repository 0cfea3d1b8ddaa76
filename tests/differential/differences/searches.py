"""Searches: filters, orders, pages."""

from tests.differential.differences.difference import Difference

DIFFERENCES = [
    Difference(
        mlflow="a filter or an order that is none: the message has what was not understood",
        rookery="it has the place, too, and what was expected there",
        because="they tell what to do; the status and the code are the same",
        says=r"\(character \d+: expected",
        steps=(
            "searches/of *: a bad filter",
            "searches/of *: a bad order",
            "searches/of *: an unknown key",
        ),
    ),
    Difference(
        mlflow="an order that names a key twice: 500; files of a version without its number: 500",
        rookery="400",
        because="clients retry 500",
        says="contains duplicate fields|required parameter 'version'",
        steps=("searches/of runs: an order twice", "views/files of a version: of no version"),
    ),
    Difference(
        mlflow="registered-models/search and logged-models/search with max_results -1: nothing, "
        "and a token of a next page",
        rookery="400",
        because="whoever follows the tokens would never come to an end",
        says="It must be a positive integer",
        steps=(
            "searches/of registered models: max_results -1",
            "searches/of logged models: max_results -1",
        ),
    ),
    Difference(
        mlflow="registered-models/search with max_results 0: nothing, and a token of a next page",
        rookery="nothing, and no token",
        because="whoever follows the tokens would never come to an end",
        status=(200,),
        says='"body": {}',
        steps=("searches/of registered models: max_results 0",),
    ),
]

# Searches of the rules that find something else or are refused by one of the two: (kind, filter,
# order) and why.
SEARCH_DIFFERENCES = {
    ("runs", "metrics. > 0", ()): "a key that is empty is refused; MLflow looks for it",
    **{
        ("logged_models", query, ()): "a status is found by its word; MLflow 3.17 compares the "
        "word with a number, 3.18 does as Rookery"
        for query in (
            "status = 'READY'",
            "status != 'READY'",
            "status = 'PENDING'",
            "status = 'UPLOAD_FAILED'",
            "status IN ('READY', 'PENDING')",
        )
    },
    **{
        ("logged_models", query, ()): "double quotes are quotes, as in every other search; MLflow "
        "takes them for a part of the text or key"
        for query in ('name = "Model"', "attributes.\"name\" = 'Model'")
    },
    ("logged_models", "name IN ()", ()): "an empty list is refused, as in every other search; "
    "MLflow finds nothing",
    **{
        ("logged_models", query, ()): "a time has the same names with `attributes.` and in "
        "backticks; MLflow then refuses it"
        for query in ("attributes.creation_timestamp != 0", "`creation_timestamp` > 0")
    },
    **{
        ("logged_models", query, ()): "NaN is kept; MLflow stores 0 for a logged model's NaN"
        for query in ("metrics.nan = 0", "metrics.nan != 0")
    },
}
