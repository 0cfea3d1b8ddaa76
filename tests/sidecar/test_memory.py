"""How much memory it takes, how long a start, how fast what waited goes upstream."""

import os
import time

from tests.sidecar.conftest import server_is_away
from tests.support.bulk import (
    POINTS,
    TAGS_BATCH_BYTES,
    fill,
    series_batch,
    tags_batch,
)
from tests.support.memory import bounds_follow, resident_mib
from tests.support.oracle import new_run
from tests.support.sidecar import Sidecar
from tests.support.stored_points import stored_points

LONG = bool(os.environ.get("ROOKERY_TEST_LONG"))
MIB = 1 << 20
BACKLOG_MIB = 5 * 1024 if LONG else 200
MOST_IDLE_MIB = 32
MOST_MIB = 64
RECOVERY = "rookery_sidecar_spool_recovery_duration_seconds"


def test_memory_does_not_grow_with_what_waits(house, tmp_path, tell):
    room = (BACKLOG_MIB + 200) * MIB
    with Sidecar(
        tmp_path, house.link.address, "--spool-max", room, spool=tmp_path / "large", label="large"
    ) as sidecar:
        house.sidecar = sidecar
        run_id = new_run(sidecar.url)
        idle = resident_mib(sidecar.pid)
        with server_is_away(house):
            taken, refusals = fill(
                sidecar.url, run_id, BACKLOG_MIB * MIB // TAGS_BATCH_BYTES, tags_batch
            )
            assert not refusals
            waiting = sidecar.metrics()["rookery_sidecar_spool_size_bytes"] / MIB
            assert waiting > 0.95 * BACKLOG_MIB
            filled = resident_mib(sidecar.pid, "VmHWM")
            sidecar.kill()
            sidecar.__exit__()
            sidecar.start_again()
            recovery = sidecar.metrics()[RECOVERY]
        began = time.monotonic()
        assert sidecar.flush(1_800 if LONG else 60)
        seconds = time.monotonic() - began
        drained = resident_mib(sidecar.pid, "VmHWM")
        stored = stored_points(house.server.grpc, run_id)
    tell(
        f"idle {idle:.1f} MiB; at most {filled:.1f} MiB while {waiting:.0f} MiB gathered, and"
        f" {drained:.1f} MiB while they went upstream, {waiting / seconds:.0f} MiB/s; a start with"
        f" them took {1000 * recovery:.0f} ms"
    )
    assert stored == len(taken)
    # A second for each GiB; only the last segment is read record by record.
    assert recovery < max(1, BACKLOG_MIB / 1024)
    bounds_follow()
    assert idle < MOST_IDLE_MIB
    assert max(filled, drained) < MOST_MIB


def test_what_waits_goes_upstream_as_fast_as_the_server_takes_it(house, tell):
    """And what is logged then is soon there: a bound that a machine under load keeps as well."""
    batches = 10_000 if LONG else 500
    run_id, other = new_run(house.sidecar.url), new_run(house.sidecar.url)
    with server_is_away(house):
        began = time.monotonic()
        taken, refusals = fill(house.sidecar.url, run_id, batches, series_batch)
        gathering = time.monotonic() - began
        assert not refusals
    began = time.monotonic()
    assert house.sidecar.flush(600)
    draining = time.monotonic() - began
    points = POINTS * len(taken)
    assert stored_points(house.server.grpc, run_id) == points
    began = time.monotonic()
    assert fill(house.sidecar.url, other, 1, series_batch)[0]
    assert house.sidecar.flush()
    tell(
        f"{points:,} points: taken at {points / gathering:,.0f}/s, upstream at"
        f" {points / draining:,.0f}/s; then {POINTS} points were there within"
        f" {1000 * (time.monotonic() - began):.0f} ms"
    )
