"""A spool belongs to one sidecar."""

import shutil
import subprocess

from tests.sidecar.conftest import server_is_away
from tests.support.oracle import new_run, read_points
from tests.support.program import ROOKERY
from tests.support.raw import Client
from tests.support.sidecar import Sidecar
from tests.support.stored_points import stored_points

POINTS = 50


def log(url, run_id, steps):
    with Client(url) as client:
        for step in steps:
            metric = {"run_id": run_id, "key": "loss", "value": step, "timestamp": step}
            assert client.post("runs/log-metric", step=step, **metric).status == 200


def started(spool, upstream):
    """What a sidecar that cannot start says, and how it ends."""
    words = ["--http", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--spool", spool]
    return subprocess.run(
        [
            ROOKERY.with_name("rookery-sidecar"),
            "run",
            *words,
            "--upstream",
            f"rookery://{upstream}",
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_second_sidecar_on_a_spool_is_refused(house):
    refused = started(house.sidecar.spool, house.link.address)
    assert refused.returncode == 2, refused
    assert str(house.sidecar.spool) in refused.stderr
    assert "another process" in refused.stderr
    run_id = new_run(house.sidecar.url)
    log(house.sidecar.url, run_id, range(POINTS))
    assert house.sidecar.flush()
    assert stored_points(house.server.grpc, run_id) == POINTS


def test_a_copied_spool_is_refused_until_it_is_adopted(house, tmp_path, tell):
    run_id = new_run(house.sidecar.url)
    log(house.sidecar.url, run_id, range(POINTS))
    assert house.sidecar.flush()
    with server_is_away(house):
        log(house.sidecar.url, run_id, range(POINTS, 2 * POINTS))
        house.sidecar.kill()
        house.sidecar.__exit__()
        copy = tmp_path / "copy"
        shutil.copytree(house.sidecar.spool, copy)
        house.sidecar.start_again()
    refused = started(copy, house.link.address)
    assert refused.returncode == 2, refused
    assert "is a copy of another" in refused.stderr
    assert "adopt this one" in refused.stderr

    # Both go on.
    with Sidecar(tmp_path, house.link.address, "--adopt", spool=copy, label="copy") as adopted:
        assert house.sidecar.flush()
        assert adopted.flush()
        log(house.sidecar.url, run_id, range(2 * POINTS, 3 * POINTS))
        log(adopted.url, run_id, range(3 * POINTS, 4 * POINTS))
        assert house.sidecar.flush()
        assert adopted.flush()
        assert not (copy / "quarantine.log").exists()
    points = read_points(house.server.url, run_id, ["loss"])
    assert sorted(step for _, step, *_ in points) == list(range(4 * POINTS))
    raw = stored_points(house.server.grpc, run_id)
    tell(f"{len(points)} points, stored {raw}")
    # What the copy had is stored once more, under its own name.
    assert raw <= 6 * POINTS


def test_a_spool_that_was_moved_is_adopted_with_what_it_holds(house, tmp_path):
    run_id = new_run(house.sidecar.url)
    with server_is_away(house):
        log(house.sidecar.url, run_id, range(POINTS))
        house.sidecar.kill()
        moved = tmp_path / "moved"
        shutil.copytree(house.sidecar.spool, moved)
    with Sidecar(tmp_path, house.link.address, "--adopt", spool=moved, label="moved") as adopted:
        assert adopted.flush()
    assert stored_points(house.server.grpc, run_id) == POINTS
