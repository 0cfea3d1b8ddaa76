"""While a backlog streams upstream."""

import os
import random
import time
from types import SimpleNamespace

import pytest

from tests.sidecar.conftest import server_is_away
from tests.sidecar.faults import FAULTS, wait_somewhat
from tests.sidecar.test_conservation import account
from tests.support.backends import BACKENDS, serving
from tests.support.bulk import POINTS, fill, series_batch
from tests.support.fault_link import FaultLink
from tests.support.oracle import new_run
from tests.support.sidecar import Sidecar
from tests.support.stored_points import stored_points
from tests.support.waiting import wait_for

LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
BATCHES = 1_500
# Behind what was tried while the server was away.
UNDER_WAY = 100_000
# The server's --drain-seconds are 10.
SOON = 3
FAULTS_OF_A_TEST = 200 if LONG else 5
BATCHES_AT_ONCE = 500


def test_a_server_that_is_ended_does_not_wait_for_a_backlog(house, tell):
    run_id = new_run(house.sidecar.url)
    with server_is_away(house):
        taken, refusals = fill(house.sidecar.url, run_id, BATCHES, series_batch)
        assert not refusals
    # So that it lasts.
    house.link.delay = 0.2
    wait_for(lambda: account(house.sidecar)["confirmed"] > UNDER_WAY, pause=0.001)
    began = time.monotonic()
    assert house.server.terminate() == 0
    seconds = time.monotonic() - began
    house.server.__enter__()
    house.link.mend()
    house.link.target = house.server.grpc
    there = stored_points(house.server.grpc, run_id)
    assert house.sidecar.flush()
    tell(f"ended in {seconds:.2f} s with {there:,} of {POINTS * len(taken):,} points stored")
    assert 0 < there < POINTS * len(taken)
    assert stored_points(house.server.grpc, run_id) == POINTS * len(taken)
    assert seconds < SOON


def wait_for_progress(house):
    """A slow one, so that what comes then comes in the middle. False: all is there."""
    house.link.delay = 0.05
    before = account(house.sidecar)["confirmed"]

    def has_moved():
        now = account(house.sidecar)
        return now["confirmed"] > before or now["spooled"] == 0

    wait_for(has_moved)
    return account(house.sidecar)["spooled"] > 0


@pytest.mark.parametrize("backend", BACKENDS)
def test_faults_while_a_backlog_streams_lose_and_double_nothing(backend, tmp_path, seed, tell):
    choose = random.Random(seed)
    with (
        serving(backend, tmp_path) as server,
        FaultLink(server.grpc) as link,
        Sidecar(tmp_path, link.address) as sidecar,
    ):
        house = SimpleNamespace(server=server, link=link, sidecar=sidecar)
        runs, faults = [], 0
        while faults < FAULTS_OF_A_TEST:
            runs.append(new_run(sidecar.url))
            with server_is_away(house):
                assert not fill(sidecar.url, runs[-1], BATCHES_AT_ONCE, series_batch)[1]
            while faults < FAULTS_OF_A_TEST and wait_for_progress(house):
                wait_somewhat(choose, 0.1)
                choose.choice(FAULTS)(house, choose)
                faults += 1
        link.mend()
        assert sidecar.flush()
        tell(f"{faults} faults in {len(runs)} backlogs of {POINTS * BATCHES_AT_ONCE:,} points")
        stored = [stored_points(server.grpc, run_id) for run_id in runs]
        assert stored == [POINTS * BATCHES_AT_ONCE] * len(runs)
