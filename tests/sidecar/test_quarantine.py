"""What the server will never take stands aside, and the rest goes on."""

from tests.sidecar.conftest import server_is_away
from tests.support.oracle import Oracle, Verdict, new_run
from tests.support.raw import Client
from tests.support.stored_points import stored_points

POINTS = 30


def test_writes_to_a_run_that_was_deleted_do_not_stop_the_others(house, seed, tell):
    sidecar = house.sidecar
    doomed = new_run(sidecar.url)
    with (
        Oracle(sidecar.url, 3, seed) as oracle,
        Client(sidecar.url) as client,
        Client(house.server.url) as elsewhere,
    ):
        with server_is_away(house):
            before = oracle.acknowledged()
            for step in range(POINTS):
                metric = {"run_id": doomed, "key": "loss", "value": 1, "timestamp": 1}
                assert client.post("runs/log-metric", step=step, **metric).status == 200
            assert elsewhere.post("runs/delete", run_id=doomed).status == 200
        oracle.end()
        assert sidecar.flush()
        verdict = oracle.verdict(house.server)
        assert verdict.acknowledged > before
        assert verdict == Verdict(verdict.attempted, verdict.acknowledged, verdict.stored)
    assert stored_points(house.server.grpc, doomed) == 0
    assert (sidecar.spool / "quarantine.log").stat().st_size > 0
    metrics = sidecar.metrics()
    assert metrics["rookery_sidecar_quarantined_points_total"] == POINTS
    assert metrics["rookery_sidecar_forward_failed"] == 0
    assert f"put into quarantine: 1 of run '{doomed}'" in sidecar.log()
    bisected = metrics["rookery_sidecar_forward_bisected_total"]
    tell(f"{POINTS} points in quarantine by {bisected:.0f} halvings, beside them {verdict}")


def test_whoever_waits_is_told_and_nothing_is_put_aside(house):
    """A param that changes is refused in the answer, as the server does it."""
    run_id = new_run(house.sidecar.url)
    with Client(house.sidecar.url) as client:
        assert client.post("runs/log-parameter", run_id=run_id, key="a", value="1").status == 200
        refused = client.post("runs/log-parameter", run_id=run_id, key="a", value="2")
        assert refused.error() == (400, "INVALID_PARAMETER_VALUE")
        assert client.post("runs/log-parameter", run_id=run_id, key="b", value="1").status == 200
    assert not (house.sidecar.spool / "quarantine.log").exists()
