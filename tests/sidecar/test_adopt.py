"""What a sidecar left behind that is gone for good is sent by the node's adopter."""

import contextlib
import os
import stat

import pytest

from tests.sidecar.conftest import server_is_away
from tests.support.adopter import Adopter
from tests.support.oracle import new_run
from tests.support.raw import Client
from tests.support.sidecar import Sidecar
from tests.support.stored_points import stored_points
from tests.support.waiting import wait_for

POINTS = 50


def log(url, run_id, steps):
    with Client(url) as client:
        for step in steps:
            metric = {"run_id": run_id, "key": "loss", "value": step, "timestamp": step}
            assert client.post("runs/log-metric", step=step, **metric).status == 200


@pytest.fixture
def root(tmp_path):
    return tmp_path / "spools"


@contextlib.contextmanager
def orphan(house, tmp_path, root, run_id):
    """root/dead was left behind; the server has one of its points, and is away meanwhile."""
    with Sidecar(tmp_path, house.link.address, spool=root / "dead", label="dead") as dead:
        log(dead.url, run_id, range(1))
        assert dead.flush()
        house.sidecar = dead
        with server_is_away(house):
            log(dead.url, run_id, range(1, POINTS))
            dead.kill()
            yield


def test_an_orphan_is_sent_and_removed_and_a_living_one_is_left_alone(house, tmp_path, root):
    address = house.link.address
    dead_run, living_run = new_run(house.server.url), new_run(house.server.url)
    with Sidecar(tmp_path, address, spool=root / "living", label="living") as living:
        with orphan(house, tmp_path, root, dead_run):
            pass
        with Adopter(tmp_path, root, address) as adopter:
            wait_for(lambda: not (root / "dead").exists())
            assert stored_points(house.server.grpc, dead_run) == POINTS
            log(living.url, living_run, range(POINTS))
            assert living.flush()
            metrics = adopter.metrics()
            assert metrics["rookery_sidecar_adopted_spools_total"] == 1
            assert metrics["rookery_sidecar_orphan_spools"] == 0
            assert adopter.terminate() == 0
    assert stored_points(house.server.grpc, living_run) == POINTS
    assert [folder.name for folder in root.iterdir()] == ["living"]


def test_an_orphan_waits_for_the_server(house, tmp_path, root):
    run_id = new_run(house.server.url)
    with (
        orphan(house, tmp_path, root, run_id),
        Adopter(tmp_path, root, house.link.address) as adopter,
    ):
        wait_for(lambda: adopter.metrics()["rookery_sidecar_orphan_spools"] == 1)
        assert (root / "dead" / "identity").exists()
        # Even while it waits for the server it ends when it is told to.
        assert adopter.terminate() == 0
    with Adopter(tmp_path, root, house.link.address):
        wait_for(lambda: not (root / "dead").exists())
    assert stored_points(house.server.grpc, run_id) == POINTS


def test_what_was_refused_is_kept_for_somebody_to_look_at(house, tmp_path, root):
    doomed = new_run(house.server.url)
    with orphan(house, tmp_path, root, doomed):
        pass
    with Client(house.server.url) as client:
        assert client.post("runs/delete", run_id=doomed).status == 200
    with Adopter(tmp_path, root, house.link.address) as adopter:
        wait_for(lambda: adopter.metrics()["rookery_sidecar_orphan_quarantine_spools"] == 1)
        assert adopter.metrics()["rookery_sidecar_orphan_spools"] == 0
        assert (root / "dead" / "quarantine.log").stat().st_size > 0
        assert "quarantine list" in adopter.log()


def test_a_shared_root_takes_folders_of_all_users(house, tmp_path, root):
    with Adopter(tmp_path, root, house.link.address, "--share-root"):
        assert stat.S_IMODE(root.stat().st_mode) == 0o1777


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root can look after others' spools")
def test_what_it_makes_in_a_spool_belongs_to_the_owner(house, tmp_path, root):
    run_id = new_run(house.server.url)
    with orphan(house, tmp_path, root, run_id):
        for path in [root / "dead", *(root / "dead").iterdir()]:
            os.chown(path, 65532, 65532)
        with Adopter(tmp_path, root, house.link.address) as adopter:
            wait_for(lambda: adopter.metrics()["rookery_sidecar_orphan_spools"] == 1)
            assert adopter.terminate() == 0
    owners = {path.stat().st_uid for path in (root / "dead").iterdir()}
    assert owners == {65532}
