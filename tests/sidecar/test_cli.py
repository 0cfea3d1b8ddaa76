"""`rookery-sidecar inspect | verify | quarantine | drain`."""

import contextlib
import json
import re

import pytest

from tests.support.grpc_sidecar import Sidecar, command
from tests.support.raw import API, Client
from tests.support.server import Server
from tests.support.waiting import wait_for

NOWHERE = "127.0.0.1:1"
POINTS = 20


def post(at, method, **body):
    with Client(at.url) as client:
        answer = client.post(method, **body)
        assert answer.status == 200, answer.body
        return answer.json()


def log(sidecar, run_id, first=0):
    for step in range(first, first + POINTS):
        post(sidecar, "runs/log-metric", run_id=run_id, key="loss", value=1, timestamp=1, step=step)


def history(server, run_id):
    with Client(server.url) as client:
        path = f"{API}metrics/get-history?run_id={run_id}&metric_key=loss"
        return sorted(metric["step"] for metric in client.get(path).json().get("metrics", []))


@pytest.fixture
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def server(folder):
    return Server(folder)


@pytest.fixture
def run_id(folder, server):
    """A run of a server that has stopped since."""
    with server:
        return post(server, "runs/create", experiment_id="0")["run"]["info"]["run_id"]


@pytest.fixture
def spool(folder, run_id):
    """A spool whose points are not upstream, and that nobody has open."""
    with Sidecar(folder, NOWHERE) as sidecar:
        log(sidecar, run_id)
        return sidecar.spool


def test_inspect_works_beside_a_running_sidecar(folder, run_id):
    with Sidecar(folder, NOWHERE) as sidecar:
        log(sidecar, run_id)
        done = command("inspect", "--spool", sidecar.spool)
        assert done.returncode == 0, done.stderr
        assert f"workspace 'default': next number {POINTS}, {POINTS} points taken in" in done.stdout
        assert (
            f"behind it: {POINTS} writes, 0 calls, {POINTS} things, {POINTS} points" in done.stdout
        )
        assert re.search(r"^segment 1: records from \d+ to \d+", done.stdout, re.MULTILINE)
        assert "oldest: " in done.stdout
        assert sidecar.points()["spooled"] == POINTS
        log(sidecar, run_id, POINTS)
    assert command("inspect", "--spool", folder / "nothing").returncode == 2


def damage_a_record(spool):
    (segment,) = spool.glob("0*.log")
    content = bytearray(segment.read_bytes())
    # A key, which is in the payload of a record.
    at = content.index(b"loss", len(content.rstrip(b"\0")) // 2)
    content[at] ^= 1
    segment.write_bytes(content)


def test_verify_finds_what_is_damaged(spool):
    done = command("verify", "--spool", spool)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("all whole\n")
    damage_a_record(spool)
    done = command("verify", "--spool", spool)
    assert done.returncode == 1
    assert "segment 1: 1 damaged places, the first at" in done.stdout
    assert re.search(r"workspace 'default': the numbers (\d+) to \1 are lost", done.stdout)


def test_drain_sends_what_is_left(folder, server, spool, run_id):
    done = command("drain", "--spool", spool, "--upstream", f"rookery://{NOWHERE}", "--timeout", 1)
    assert done.returncode == 1, done.stderr
    assert "Not all is upstream yet" in done.stdout
    with server:
        upstream = f"rookery://{server.grpc}"
        done = command("drain", "--spool", spool, "--upstream", upstream, "--timeout", 50)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert history(server, run_id) == list(range(POINTS))
        with Sidecar(folder, server.grpc) as sidecar:
            taken = command("drain", "--spool", spool, "--upstream", upstream)
            assert taken.returncode == 2
            assert sidecar.points()["confirmed"] == POINTS


@contextlib.contextmanager
def refused(folder, server, run_id):
    """A sidecar whose points were refused, since their run is deleted, and are in quarantine."""
    with server:
        post(server, "runs/delete", run_id=run_id)
        with Sidecar(folder, server.grpc) as sidecar:
            sidecar.flush()
            wait_for(lambda: sidecar.points()["quarantined"] == POINTS)
            yield sidecar


def quarantine(what, spool, *words):
    return command("quarantine", what, "--spool", spool, *words)


def test_what_was_refused_is_shown_and_sent_again_once(folder, server, spool, run_id):
    with refused(folder, server, run_id) as sidecar:
        lines = quarantine("list", spool).stdout.splitlines()
        assert len(lines) == POINTS
        assert lines[0].startswith(f"1 default {run_id} 1 points of 1 things, received ")
        shown = quarantine("show", spool, 2)
        assert shown.returncode == 0, shown.stderr
        record = json.loads(shown.stdout)
        assert record["record"]["workspace"] == "default"
        assert record["holds"]["runs"][0]["metrics"]["step"] == ["1"]
        assert quarantine("show", spool, POINTS + 1).returncode == 2

        upstream = ["--upstream", f"rookery://{server.grpc}"]
        again = quarantine("replay", spool, *upstream, 1)
        assert again.returncode == 1
        assert again.stdout.startswith("1 refused: ")
        post(server, "runs/restore", run_id=run_id)
        # As if the first one had been sent, and its removal had not come to the disk.
        kept = (spool / "quarantine.log").read_bytes()
        assert quarantine("replay", spool, *upstream, 1).returncode == 0
        (spool / "quarantine.log").write_bytes(kept)
        done = quarantine("replay", spool, *upstream)
        assert (done.returncode, done.stderr) == (0, "")
        assert quarantine("list", spool).stdout == ""
        assert history(server, run_id) == list(range(POINTS))
        # It was so, whatever was done with it.
        assert sidecar.points()["quarantined"] == POINTS


def test_the_conservation_law_survives_a_crash(folder, server, spool, run_id):
    with refused(folder, server, run_id) as sidecar:
        before = sidecar.points()
        sidecar.kill()
        with sidecar:
            sidecar.flush()
            assert sidecar.points() == before
        assert quarantine("drop", spool).returncode == 2
        assert quarantine("drop", spool, "--all").stdout == f"dropped {POINTS} records\n"
        assert quarantine("list", spool).stdout == ""


def test_what_the_disk_lost_is_a_gap(folder, server, spool, run_id):
    damage_a_record(spool)
    with server, Sidecar(folder, server.grpc) as sidecar:
        sidecar.flush()
        points = sidecar.points()
        assert points["gap"] == 1
        assert points["ingested"] == points["confirmed"] + 1 == POINTS
        assert len(history(server, run_id)) == POINTS - 1
        sidecar.kill()
        with sidecar:
            sidecar.flush()
            assert sidecar.points() == points


def test_help_teaches():
    assert "quarantine" in command("--help").stdout
    for name in ("inspect", "verify", "quarantine", "drain"):
        done = command(name, "--help")
        assert done.returncode == 0
        assert len(done.stdout) > 300
