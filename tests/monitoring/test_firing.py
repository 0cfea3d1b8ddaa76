"""A real Prometheus sees what is wrong, and nothing where nothing is.

The rules are those that are shipped, with every duration (`for`, ranges, offsets, the look ahead)
divided by 60; thresholds stay. All scenes are played at once.
"""

import contextlib

import pytest

from tests.monitoring import server_scenes, sidecar_scenes
from tests.monitoring.alert_rules import alerts
from tests.monitoring.stage import Stage
from tests.support.waiting import wait_for

SCENES = {**server_scenes.SCENES, **sidecar_scenes.SCENES}
EXPECTED = {alert: scene.__name__ for scene, of_scene in SCENES.items() for alert in of_scene}
# Unit tests alone have these.
NOT_PROVOKED = {
    "RookeryConnectionsRefused": "takes 10,000 connections",
    "RookeryCompactionBehind": "takes 10,000 segments, and two hours, which are two minutes",
    "RookeryCertificateExpiring": "takes an hour, which is a minute",
    "RookerySidecarForwardLag": "takes data that are 15 minutes old: a threshold is no duration",
    "RookerySidecarForwardFailed": "takes two spools of one identity; a copy does not have it",
    "RookerySidecarConservationBroken": "takes a defect",
    "RookerySidecarSpoolErrors": "takes a disk that fails for long",
    "RookerySidecarSlow": "takes a slow disk",
    "RookeryOrphanQuarantine": "takes an hour, which is a minute",
}


@pytest.fixture(scope="module")
def fired(tmp_path_factory):
    """The jobs of all that fired, by the alerts' names."""
    with Stage(tmp_path_factory.mktemp("stage"), SCENES) as stage:

        def jobs_of_alerts():
            found = stage.prometheus.fired()
            return {name: {labels["job"] for labels in of} for name, of in found.items()}

        def all_fired():
            found = jobs_of_alerts()
            return all(job in found.get(alert, ()) for alert, job in EXPECTED.items())

        # Each test says by itself what did not.
        with contextlib.suppress(AssertionError):
            wait_for(all_fired)
        assert stage.prometheus.unhealthy() == {}
        yield jobs_of_alerts()


def test_every_alert_is_provoked_or_it_is_said_why_not():
    assert EXPECTED.keys() | NOT_PROVOKED.keys() == alerts().keys()
    assert not EXPECTED.keys() & NOT_PROVOKED.keys()


@pytest.mark.parametrize("alert", EXPECTED)
def test_it_fires(alert, fired):
    assert EXPECTED[alert] in fired.get(alert, ()), fired


def test_nothing_fires_where_all_is_well(fired):
    assert [name for name, jobs in fired.items() if "well" in jobs] == []
