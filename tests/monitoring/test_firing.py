"""A real Prometheus sees what is wrong, and nothing where nothing is.

The rules are those that are shipped, with every duration (`for`, ranges, offsets, the look ahead)
divided by 60; thresholds stay. All scenes are played at once.
"""

import contextlib
import functools
import re

import pytest

from tests.monitoring import crowd_scenes, server_scenes, sidecar_scenes
from tests.monitoring.alert_rules import alerts
from tests.monitoring.queries import DASHBOARDS, dashboard_queries, without_grafanas_words
from tests.monitoring.stage import Stage
from tests.support.waiting import wait_for

SCENES = {**server_scenes.SCENES, **crowd_scenes.SCENES, **sidecar_scenes.SCENES}
PROVOKED = {alert for of_scene in SCENES.values() for alert in of_scene}
NEEDS = {**server_scenes.NEEDS, **crowd_scenes.NEEDS, **sidecar_scenes.NEEDS}
BROKEN_LAW = (
    "rookery_sidecar_ingested_points - rookery_sidecar_confirmed_points"
    " - rookery_sidecar_spooled_points - rookery_sidecar_quarantined_points"
    " - rookery_sidecar_gap_points != 0"
)

# One alert fires after two hours, which are two minutes.
PATIENCE = 150

VARIABLE = re.compile(r"\$(namespace|job|instance|workspace)")


@functools.cache
def not_played():
    """Scenes for which something is lacking, and what."""
    return {scene: lacking for scene, need in NEEDS.items() if (lacking := need())}


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """When all has fired, or should have."""
    scenes = {scene: of for scene, of in SCENES.items() if scene not in not_played()}
    expected = {(alert, scene.__name__) for scene, of in scenes.items() for alert in of}
    with Stage(tmp_path_factory.mktemp("stage"), [server_scenes.well, *scenes]) as stage:
        # Each test says by itself what did not.
        with contextlib.suppress(AssertionError):
            wait_for(lambda: stage.has_seen(expected), PATIENCE, pause=0.5)
        yield stage


def test_every_alert_is_provoked():
    assert alerts().keys() == PROVOKED


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_what_is_wrong_is_seen(scene, stage):
    if lacking := not_played().get(scene):
        pytest.skip(f"NOT RUN: {lacking}")
    for alert in SCENES[scene]:
        assert scene.__name__ in stage.jobs_of(alert), stage.prometheus.fired()


def test_nobody_is_woken_where_all_is_well(stage):
    """Tickets may be right: the machine of the test may be slow, and its disk fill."""
    pages = [name for name, rule in alerts().items() if rule["labels"]["severity"] == "page"]
    assert [name for name in pages if "well" in stage.jobs_of(name)] == []


def test_points_add_up_whatever_happens(stage):
    assert stage.prometheus.ask("count(rookery_sidecar_ingested_points)")
    assert not stage.prometheus.ask(f"count_over_time(({BROKEN_LAW})[10m:1s])")


def test_all_rules_can_be_evaluated(stage):
    assert stage.prometheus.unhealthy() == {}


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda file: file.stem)
def test_every_panel_shows_something(dashboard, stage):
    """At some time, with its variables at All."""
    empty = set()
    for expression, _ in dashboard_queries(dashboard):
        query = VARIABLE.sub(".*", without_grafanas_words(expression))
        if not stage.prometheus.ask(f"last_over_time(({query})[5m:1s])"):
            empty.add(expression)
    # Nobody on the stage tries to enter a workspace that is not his.
    assert {query for query in empty if "PERMISSION_DENIED" not in query} == set()
