"""When there is no room for more, that is said, and what was taken is kept."""

import os
import subprocess

import pytest

from tests.sidecar.conftest import server_is_away
from tests.support.bulk import KEYS, POINTS, fill
from tests.support.oracle import new_run, read_points
from tests.support.raw import API, Client
from tests.support.sidecar import Sidecar
from tests.support.stored_points import stored_points
from tests.support.waiting import wait_for

MIB = 1 << 20
SEGMENT = 16 * MIB
ROOM = 64 * MIB
DISK = 80 * MIB
# More than fits.
BATCHES = 1_000


@pytest.fixture
def small_disk(tmp_path):
    """A folder that holds 80 MiB."""
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: only root can mount a small file system")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.fixture
def make_house(house, tmp_path):
    """The house with another sidecar."""

    def make(folder, *options):
        house.sidecar = Sidecar(
            tmp_path, house.link.address, *options, spool=folder / "spool", label="full"
        )
        return house

    return make


def check_full(house, tell, most):
    with house.sidecar as sidecar:
        run_id, other = new_run(sidecar.url), new_run(sidecar.url)
        with server_is_away(house):
            taken, refusals = fill(sidecar.url, run_id, BATCHES)
            assert len(taken) > 50
            for refusal in refusals:
                assert refusal.status == 429, refusal
                assert "Retry-After" in refusal.headers
            with Client(sidecar.url) as client:
                one = {"run_id": run_id, "key": "one", "value": 1, "timestamp": 1}
                again = [
                    client.post("runs/log-metric", **one, step=step).status for step in range(20)
                ]
                # What is small may still fit where a batch does not.
                assert set(again) <= {200, 429}
                for run in (run_id, other):
                    ended = client.post("runs/update", run_id=run, status="FINISHED", end_time=9)
                    assert ended.status == 200, ended
                    assert client.post("runs/set-tag", run_id=run, key="a", value="b").status == 200
            with Client(sidecar.probes) as probes:
                assert probes.get("/livez").status == 200
        assert sidecar.flush()
        with Client(house.server.url) as client:
            for run in (run_id, other):
                read = client.get(f"{API}runs/get?run_id={run}").json()["run"]
                assert read["info"]["status"] == "FINISHED"
                tags = {tag["key"]: tag["value"] for tag in read["data"]["tags"]}
                assert tags["a"] == "b"
                assert "rookery.gaps" not in tags
        stored = stored_points(house.server.grpc, run_id)
        assert stored == POINTS * len(taken) + again.count(200)
        for key in (KEYS[0], KEYS[-1]):
            points = read_points(house.server.url, run_id, [key])
            assert sorted(step for _, step, *_ in points) == taken
        # There is room again, without a start.
        third = new_run(sidecar.url)
        wait_for(lambda: fill(sidecar.url, third, 1)[0])
        files = sum(file.stat().st_size for file in sidecar.spool.glob("*.log"))
        assert files <= most
        tell(
            f"{POINTS * len(taken)} points acknowledged, then 429; stored {stored},"
            f" {files // MIB} MiB of files"
        )


def test_a_spool_that_may_take_no_more(make_house, tmp_path, tell):
    check_full(make_house(tmp_path / "bounded", "--spool-max", ROOM), tell, ROOM)


def test_a_disk_that_is_full(make_house, small_disk, tell):
    check_full(make_house(small_disk), tell, DISK)


def test_a_disk_that_a_neighbour_fills(make_house, small_disk, tell):
    house = make_house(small_disk)
    with house.sidecar:
        # It makes its files.
        run_id = new_run(house.sidecar.url)
        assert fill(house.sidecar.url, run_id, 1)[0]
        assert house.sidecar.flush()
    neighbour = small_disk / "neighbour"
    neighbour.touch()
    free = os.statvfs(small_disk)
    os.truncate(neighbour, 0)
    with neighbour.open("wb") as file:
        file.write(bytes(free.f_bavail * free.f_frsize))
    assert os.statvfs(small_disk).f_bavail == 0
    # Three segments are there, two of them ready.
    check_full(house, tell, 3 * SEGMENT)
