"""All scenarios, by area."""

from tests.differential.scenarios import (
    artifacts,
    experiments,
    http,
    inputs,
    json_values,
    logged_models,
    metrics,
    params_and_tags,
    registered_models,
    run_lifecycle,
    searches,
    version_sources,
    versions,
    views,
)

AREAS = [
    experiments,
    run_lifecycle,
    params_and_tags,
    metrics,
    inputs,
    logged_models,
    registered_models,
    versions,
    version_sources,
    searches,
    views,
    artifacts,
    http,
    json_values,
]
SCENARIOS = [each for area in AREAS for each in area.SCENARIOS]
