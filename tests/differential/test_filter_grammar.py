"""Generated searches over dataset.py's objects: MLflow's server and Rookery find the same, in the
same order, or both refuse.

`./dev test` asks the same searches every time; `--long` asks others, whose seed Hypothesis prints
with what it finds.
"""

import os

import pytest
from hypothesis import HealthCheck, example, given, note, settings

from tests.differential.queries import KINDS, searches
from tests.differential.rules import ROUTES

LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
EXAMPLES = 3_000 if LONG else 120
# Searches that once were answered otherwise.
ONCE_WRONG = {
    "runs": [],
    "experiments": [],
    "registered_models": [("`name` = 'a'", ()), ("`name` IN ('a')", ())],
    "versions": [("`name` = 'a'", ()), ("\"run_id\" != ''", ())],
    "logged_models": [],
}


@pytest.mark.parametrize("kind", KINDS)
def test_both_find_the_same(kind, routes, mlflow_finds, rookery_finds):
    assert ROUTES[kind] in routes

    @settings(
        max_examples=EXAMPLES,
        derandomize=not LONG,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(search=searches(kind))
    def compare(search):
        query, order = search
        theirs, ours = mlflow_finds(kind, query, order), rookery_finds(kind, query, order)
        note(f"{query!r} ordered by {order}")
        assert ours == theirs

    for search in ONCE_WRONG[kind]:
        compare = example(search=search)(compare)
    compare()
