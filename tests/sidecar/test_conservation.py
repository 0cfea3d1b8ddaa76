"""Every point that was taken is upstream, on disk, in quarantine or told as lost."""

import random

from tests.sidecar.conftest import server_is_away
from tests.sidecar.test_kills import load_goes_on, wait_somewhat
from tests.support.oracle import Oracle, new_run
from tests.support.raw import Client

KILLS = 5
POINTS = 30
TERMS = ("ingested", "confirmed", "spooled", "quarantined", "gap")


def account(sidecar):
    metrics = sidecar.metrics()
    points = {term: int(metrics[f"rookery_sidecar_{term}_points"]) for term in TERMS}
    rest = sum(points[term] for term in TERMS[1:])
    assert points["ingested"] == rest, points
    return points


def test_the_account_is_right_through_kills_an_outage_and_poison(house, seed, tell):
    choose = random.Random(seed)
    sidecar = house.sidecar
    doomed = new_run(sidecar.url)
    with (
        Oracle(sidecar.url, 3, seed) as oracle,
        Client(sidecar.url) as client,
        Client(house.server.url) as elsewhere,
    ):
        for _ in range(KILLS):
            load_goes_on(oracle)
            wait_somewhat(choose, 0.2)
            sidecar.kill()
            sidecar.__exit__()
            sidecar.start_again()
            account(sidecar)
        with server_is_away(house):
            for step in range(POINTS):
                metric = {"run_id": doomed, "key": "loss", "value": 1, "timestamp": 1}
                assert client.post("runs/log-metric", step=step, **metric).status == 200
            assert elsewhere.post("runs/delete", run_id=doomed).status == 200
            assert account(sidecar)["spooled"] >= POINTS
            sidecar.kill()
            sidecar.__exit__()
            sidecar.start_again()
            assert account(sidecar)["spooled"] >= POINTS
        oracle.end()
        assert sidecar.flush()
        stored = oracle.verdict(house.server).stored
    points = account(sidecar)
    tell(points)
    # What the sidecar says of the server is what the server says.
    assert points == {
        "ingested": stored + POINTS,
        "confirmed": stored,
        "spooled": 0,
        "quarantined": POINTS,
        "gap": 0,
    }
