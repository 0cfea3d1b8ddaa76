"""A server that was restored from a backup gets again what it has forgotten, or is told the gap."""

import json
import shutil
import sqlite3

from tests.support.oracle import new_run, read_points
from tests.support.raw import API, Client
from tests.support.sidecar import Sidecar
from tests.support.stored_points import stored_points

POINTS = 40
DATABASE = "rookery.db"


def log(url, run_id, steps):
    with Client(url) as client:
        for step in steps:
            metric = {"run_id": run_id, "key": "loss", "value": step, "timestamp": step}
            assert client.post("runs/log-metric", step=step, **metric).status == 200


def back_up(server):
    copy = server.folder / "backup.db"
    with sqlite3.connect(server.folder / DATABASE) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    source.close()
    target.close()
    return copy


def restore(house, copy):
    house.server.kill()
    house.server.__exit__()
    for file in house.server.folder.glob(f"{DATABASE}*"):
        file.unlink()
    shutil.copy(copy, house.server.folder / DATABASE)
    house.server.__enter__()
    house.link.target = house.server.grpc


def steps_of(house, run_id):
    return sorted(step for _, step, *_ in read_points(house.server.url, run_id, ["loss"]))


def gaps_of(house, run_id):
    with Client(house.server.url) as client:
        run = client.get(f"{API}runs/get?run_id={run_id}").json()["run"]
    tags = {tag["key"]: tag["value"] for tag in run["data"]["tags"]}
    return json.loads(tags.get("rookery.gaps", "[]"))


def test_from_a_backup_that_is_younger_than_the_retention_nothing_is_missing(house, tell):
    sidecar = house.sidecar
    run_id = new_run(sidecar.url)
    log(sidecar.url, run_id, range(POINTS))
    assert sidecar.flush()
    copy = back_up(house.server)
    log(sidecar.url, run_id, range(POINTS, 2 * POINTS))
    assert sidecar.flush()
    assert stored_points(house.server.grpc, run_id) == 2 * POINTS
    restore(house, copy)
    assert stored_points(house.server.grpc, run_id) == POINTS
    # It is noticed with the next record.
    log(sidecar.url, run_id, range(2 * POINTS, 3 * POINTS))
    assert sidecar.flush()
    assert steps_of(house, run_id) == list(range(3 * POINTS))
    stored = stored_points(house.server.grpc, run_id)
    assert stored == 3 * POINTS
    assert gaps_of(house, run_id) == []
    tell(f"{3 * POINTS} points, stored {stored}; the server had forgotten {POINTS}")


def test_from_an_older_one_what_is_missing_is_told(house, tmp_path, tell):
    """Nothing is retained, and each start begins a segment: soon the first ones are used again."""
    with Sidecar(
        tmp_path,
        house.link.address,
        *("--retention", "0s", "--spool-max", "64MiB"),
        spool=tmp_path / "brief",
        label="brief",
    ) as sidecar:
        run_id = new_run(sidecar.url)
        log(sidecar.url, run_id, range(POINTS))
        assert sidecar.flush()
        copy = back_up(house.server)
        for part in range(1, 9):
            log(sidecar.url, run_id, range(part * POINTS, (part + 1) * POINTS))
            assert sidecar.flush()
            sidecar.restart()
        restore(house, copy)
        log(sidecar.url, run_id, range(9 * POINTS, 10 * POINTS))
        assert sidecar.flush()
        steps = steps_of(house, run_id)
        missing = sorted(set(range(10 * POINTS)) - set(steps))
        # All that was kept came again, and at least what was logged since.
        assert missing
        assert missing == list(range(POINTS, POINTS + len(missing)))
        assert missing[-1] < 9 * POINTS
        assert stored_points(house.server.grpc, run_id) == 10 * POINTS - len(missing)
        (gap,) = gaps_of(house, run_id)
        # Each point has a number, and nothing else was numbered.
        assert (gap["first_seq"], gap["last_seq"]) == (missing[0], missing[-1])
        tell(f"of {10 * POINTS} points {len(missing)} are missing, and told: {gap}")


def test_what_was_logged_to_a_run_that_the_server_has_forgotten_is_put_aside(house):
    """A run that was made after the backup is no more, and nobody can make it again."""
    sidecar = house.sidecar
    kept = new_run(sidecar.url)
    log(sidecar.url, kept, range(POINTS))
    assert sidecar.flush()
    copy = back_up(house.server)
    forgotten = new_run(sidecar.url)
    log(sidecar.url, forgotten, range(POINTS))
    log(sidecar.url, kept, range(POINTS, 2 * POINTS))
    assert sidecar.flush()
    restore(house, copy)
    log(sidecar.url, kept, range(2 * POINTS, 3 * POINTS))
    assert sidecar.flush()
    assert steps_of(house, kept) == list(range(3 * POINTS))
    assert sidecar.metrics()["rookery_sidecar_quarantined_points_total"] == POINTS
    assert f"of run '{forgotten}'" in sidecar.log()
