"""Where Rookery answers otherwise than MLflow 3.17.2, on purpose: the one list of it.

test_scenarios.py holds it against both servers: what differs must be listed, what is listed must
differ, and Rookery's answer must be the one that is said here. docs/compatibility.md prints it, in
this order.
"""

from fnmatch import fnmatchcase

from tests.differential.differences import (
    artifacts,
    experiments,
    http,
    logged_models,
    metrics,
    params_and_tags,
    refusals,
    registry,
    runs,
    searches,
    values,
)
from tests.differential.differences.everywhere import EVERYWHERE
from tests.differential.differences.missing import MISSING
from tests.differential.differences.searches import SEARCH_DIFFERENCES
from tests.differential.scenarios import SCENARIOS

__all__ = ["DIFFERENCES", "EVERYWHERE", "MISSING", "SEARCH_DIFFERENCES", "steps_of"]

AREAS = [
    values,
    refusals,
    experiments,
    runs,
    params_and_tags,
    metrics,
    logged_models,
    registry,
    searches,
    artifacts,
    http,
]
DIFFERENCES = [each for area in AREAS for each in area.DIFFERENCES]


def steps_of(differences):
    """The differences by the names of the steps that they list."""
    listed = {}
    for difference in differences:
        for pattern in difference.steps:
            names = [
                f"{each.name}: {step.label}"
                for each in SCENARIOS
                for step in each.steps
                if fnmatchcase(f"{each.name}: {step.label}", pattern)
            ]
            assert names, f"no step is called {pattern}"
            for name in names:
                # The first entry that fits: a pattern may then be wider than its own steps.
                listed.setdefault(name, difference)
    return listed
