"""Metrics and their histories."""

from tests.differential.differences.difference import Difference

DIFFERENCES = [
    Difference(
        mlflow="metric order among equal timestamp and step puts NaN as if it were 0",
        rookery="NaN comes after the numbers",
        because="one order on both databases",
        status=(200,),
        says="NaN|next_page_token",
        steps=(
            "metrics/histories: with NaN",
            "metrics/histories: first page",
            "metrics/histories: second page",
            "metrics/histories: an empty token",
            "metrics/histories: page of all",
            "metrics/histories: max_results beyond the limit",
            "metrics/histories: max_results far beyond",
        ),
    ),
]
