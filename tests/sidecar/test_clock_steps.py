"""The wall clock is set forward and back by an hour: nothing is lost, doubled or kept waiting."""

import os
import random
import re
import signal
import time
from pathlib import Path

import pytest

from tests.support.oracle import Oracle, Verdict
from tests.support.raw import API, Client
from tests.support.sidecar import Sidecar
from tests.support.stepped_clock import SteppedClock, can_step, is_stopped
from tests.support.stored_points import stored_points
from tests.support.waiting import wait_for

pytestmark = pytest.mark.skipif(
    not can_step(), reason="NOT RUN: a clock is set on x86-64 Linux only"
)

HOUR = 3600
TRAINERS = 4
LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
STEPS = 200 if LONG else 24
# Less than any wait that goes by the wall clock would take.
SOON = 50
LATE = "rookery.late_data_possible"


def set_and_look(sidecar, clock, seconds):
    clock.set(seconds)
    with Client(sidecar.probes) as probes:
        for path in ("/livez", "/readyz", "/startupz"):
            answer = probes.get(path)
            assert answer.status == 200, (seconds, path, answer.body)
        backlog = probes.get("/drain").json()
        assert backlog["oldest_age_seconds"] >= 0
        page = probes.get("/metrics").body.decode()
    values = [float(value) for value in re.findall(r"^rookery_sidecar\S+ (\S+)$", page, re.M)]
    assert min(values) >= 0, page


def cpu_seconds(program):
    fields = Path(f"/proc/{program.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def new_run(url):
    with Client(url) as client:
        return client.post("runs/create", experiment_id="0").json()["run"]["info"]["run_id"]


def log(url, run_id, steps, key="loss"):
    with Client(url) as client:
        for step in steps:
            answer = client.post(
                "runs/log-metric", run_id=run_id, key=key, value=0.5, timestamp=1, step=step
            )
            assert answer.status == 200, answer


def test_its_clock_is_set(house):
    """Or the others would show nothing."""
    clock = SteppedClock(house.sidecar)
    run_ids = []
    for hours in (-2, 0, 2):
        clock.set(hours * HOUR)
        # The sidecar says when a run began.
        run_ids.append(new_run(house.sidecar.url))
    with Client(house.server.url) as client:
        looks = [client.get(f"{API}runs/get?run_id={run_id}").json() for run_id in run_ids]
    begun = [look["run"]["info"]["start_time"] for look in looks]
    assert [round((each / 1000 - time.time()) / HOUR) for each in begun] == [-2, 0, 2]


def test_under_load_nothing_is_lost_doubled_or_kept_waiting(house, seed, tell):
    choose = random.Random(seed)
    clock = SteppedClock(house.sidecar)
    waits = []
    with Oracle(house.sidecar.url, TRAINERS, seed) as oracle:
        for _ in range(STEPS):
            before, begun = oracle.acknowledged(), time.monotonic()
            wait_for(lambda least=before + TRAINERS: oracle.acknowledged() > least)
            waits.append(time.monotonic() - begun)
            set_and_look(house.sidecar, clock, choose.choice((-HOUR, 0, HOUR)))
        clock.set(0)
        oracle.end()
        assert house.sidecar.flush(SOON)
        verdict = oracle.verdict(house.server)
        tell(f"{STEPS} steps, {verdict}, longest wait for {TRAINERS} answers {max(waits):.2f} s")
        assert verdict == Verdict(verdict.attempted, verdict.acknowledged, verdict.stored)
        assert verdict.acknowledged > 0
        assert not oracle.refusals()
    assert "rookery.gaps" not in house.sidecar.log()


def test_a_backlog_goes_upstream_after_steps_in_both_directions(house, tell):
    run_id = new_run(house.sidecar.url)
    clock = SteppedClock(house.sidecar)
    took = []
    for number, (during, after) in enumerate(((HOUR, 0), (0, HOUR), (-HOUR, HOUR), (HOUR, -HOUR))):
        clock.set(during)
        house.link.refuse()
        log(house.sidecar.url, run_id, range(10 * number, 10 * number + 10))
        wait_for(house.sidecar.is_away)
        set_and_look(house.sidecar, clock, after)
        house.link.mend()
        begun = time.monotonic()
        assert house.sidecar.flush(SOON)
        took.append(time.monotonic() - begun)
        assert stored_points(house.server.grpc, run_id) == 10 * number + 10
    clock.set(0)
    tell(f"upstream at most {max(took):.1f} s after the server was there again")


@pytest.mark.parametrize("jump", [-HOUR, HOUR])
def test_who_waits_for_a_server_that_hangs_is_answered_in_time(house, jump, tell):
    """A param waits 2 seconds for the server's verdict. The clock is set while it waits."""
    run_id = new_run(house.sidecar.url)
    clock = SteppedClock(house.sidecar)
    # Back from an hour ahead, so that what is waited for now lies an hour ahead then.
    clock.set(max(0, -jump))
    house.server.signal(signal.SIGSTOP)
    wait_for(lambda: is_stopped(house.server))
    try:
        with Client(house.sidecar.url) as client:
            begun = time.monotonic()
            path = f"{API}runs/log-parameter"
            body = f'{{"run_id": "{run_id}", "key": "alpha", "value": "1"}}'
            client._connection.request("POST", path, body, {"Content-Type": "application/json"})
            # It is spooled, and waits.
            wait_for(lambda: house.sidecar.metrics()["rookery_sidecar_forward_lag_seconds"] > 0)
            set_and_look(house.sidecar, clock, max(0, jump))
            with client._connection.getresponse() as response:
                assert response.status == 200
            took = time.monotonic() - begun
        tell(f"answered after {took:.1f} s")
        assert took < SOON
    finally:
        house.server.signal(signal.SIGCONT)
    assert house.sidecar.flush(SOON)
    with Client(house.server.url) as client:
        run = client.get(f"{API}runs/get?run_id={run_id}").json()["run"]
    assert run["data"]["params"] == [{"key": "alpha", "value": "1"}]


def test_a_run_of_two_ends_in_time_and_not_by_grace(house, tmp_path, tell):
    """The other sidecar's clock is set back between its write and the end, and it must ask."""
    with Sidecar(tmp_path, house.server.grpc, spool=tmp_path / "other", label="other") as other:
        clock = SteppedClock(other)
        clock.set(HOUR)
        run_id = new_run(house.sidecar.url)
        log(house.sidecar.url, run_id, [0], "mine")
        log(other.url, run_id, [0], "its")
        assert house.sidecar.flush(SOON)
        assert other.flush(SOON)
        set_and_look(other, clock, 0)
        with Client(house.sidecar.url) as client:
            answer = client.post("runs/update", run_id=run_id, status="FINISHED", end_time=2)
            assert answer.status == 200

        def look():
            with Client(house.server.url) as client:
                return client.get(f"{API}runs/get?run_id={run_id}").json()["run"]

        # The server waits for a minute at most.
        begun = time.monotonic()
        wait_for(lambda: look()["info"]["status"] == "FINISHED", SOON)
        tell(f"FINISHED after {time.monotonic() - begun:.1f} s")
        assert LATE not in {tag["key"] for tag in look()["data"]["tags"]}


def test_it_sleeps_when_it_has_nothing_to_do_and_stops_when_it_is_told(house):
    clock = SteppedClock(house.sidecar)
    run_id = new_run(house.sidecar.url)
    for seconds in (HOUR, 0, -HOUR, 0):
        set_and_look(house.sidecar, clock, seconds)
        log(house.sidecar.url, run_id, [seconds])
        assert house.sidecar.flush(SOON)
        begun, before = time.monotonic(), cpu_seconds(house.sidecar)
        wait_for(lambda since=begun: time.monotonic() - since > 2)
        # One thread that spun would have taken all of it.
        assert cpu_seconds(house.sidecar) - before < 0.7 * (time.monotonic() - begun)
    house.link.refuse()
    log(house.sidecar.url, run_id, [1])
    # It has something left, for which it waits as long as it may.
    clock.set(HOUR)
    house.sidecar.signal(signal.SIGTERM)
    clock.set(0)
    begun = time.monotonic()
    assert house.sidecar.wait() == 0
    assert time.monotonic() - begun < SOON
