"""The wall clock is set back while one service is away: the others find it again all the same."""

import pytest

from tests.support.raw import API, Client
from tests.support.split import SplitServer
from tests.support.stepped_clock import SteppedClock, can_step
from tests.support.waiting import wait_for

pytestmark = pytest.mark.skipif(
    not can_step(), reason="NOT RUN: a clock is set on x86-64 Linux only"
)

HOUR = 3600


def test_a_gateway_whose_clock_is_set_back_finds_a_service_that_comes_again(tmp_path):
    with SplitServer(tmp_path) as server, Client(server.url) as client:

        def status():
            return client.get(f"{API}experiments/get?experiment_id=0").status

        clock = SteppedClock(server.parts["gateway"])
        # So that the next attempt to connect is for a time that lies an hour ahead then.
        clock.set(HOUR)
        assert status() == 200
        tracking = server.parts["tracking"]
        tracking.kill()
        tracking.__exit__()
        wait_for(lambda: status() == 503)
        clock.set(0)
        tracking.start_again()
        wait_for(lambda: status() == 200, 30)
