"""Every rule of the search language, asked of MLflow's server and of Rookery."""

import pytest

from tests.differential.differences import SEARCH_DIFFERENCES
from tests.differential.rules import ROUTES, RULES


def name_of(rule):
    return f"{rule.kind}: {rule.words}"


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_both_find_the_same(rule, routes, mlflow_finds, rookery_finds):
    assert ROUTES[rule.kind] in routes
    wrong = []
    for query, order in rule.searches():
        theirs, ours = mlflow_finds(rule.kind, query, order), rookery_finds(rule.kind, query, order)
        listed = (rule.kind, query, tuple(order)) in SEARCH_DIFFERENCES
        if (theirs != ours) != listed:
            words = (
                "is listed, but does not differ" if listed else f"MLflow {theirs}, Rookery {ours}"
            )
            wrong.append(f"{query!r} ordered by {order}: {words}")
    assert not wrong, "\n".join(wrong)
