"""The rules of the search language, each with filters that show it: (filter, order) of one search.

docs/compatibility.md prints the rules, in this order; test_rules.py asks both servers.
"""

from tests.differential.rules import (
    experiments,
    language,
    logged_models,
    registry,
    run_attributes,
    run_values,
)

__all__ = ["ROUTES", "RULES"]

ROUTES = {
    "runs": "/api/2.0/mlflow/runs/search",
    "experiments": "/api/2.0/mlflow/experiments/search",
    "registered_models": "/api/2.0/mlflow/registered-models/search",
    "versions": "/api/2.0/mlflow/model-versions/search",
    "logged_models": "/api/2.0/mlflow/logged-models/search",
}

AREAS = [
    run_values,
    run_attributes,
    language,
    experiments,
    registry,
    logged_models,
]
RULES = [each for area in AREAS for each in area.RULES]
