"""A server that is ended while a backlog streams to it."""

import time

from tests.sidecar.conftest import server_is_away
from tests.support.bulk import POINTS, fill, series_batch
from tests.support.oracle import new_run
from tests.support.stored_points import stored_points
from tests.support.waiting import wait_for

BATCHES = 1_500
CONFIRMED = "rookery_sidecar_confirmed_points"
# Behind what was tried while the server was away.
UNDER_WAY = 100_000
# Its --drain-seconds are 10.
SOON = 3


def test_a_server_that_is_ended_does_not_wait_for_a_backlog(house, tell):
    run_id = new_run(house.sidecar.url)
    with server_is_away(house):
        taken, refusals = fill(house.sidecar.url, run_id, BATCHES, series_batch)
        assert not refusals
    # So that it lasts.
    house.link.delay = 0.2
    wait_for(lambda: house.sidecar.metrics()[CONFIRMED] > UNDER_WAY, pause=0.001)
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
