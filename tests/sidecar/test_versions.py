"""Spools that earlier versions left behind, with all kinds of records, sent by today's version."""

import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.support.program import ROOKERY
from tests.support.raw import API, Client
from tests.support.server import Server

RECORDED = sorted((Path(__file__).parent / "recorded").glob("spool-*.tar.xz"))
RUN = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda path: path.name)
def test_a_spool_of_an_earlier_version_is_sent(tmp_path, recorded):
    spool = tmp_path / "spool"
    with tarfile.open(recorded) as archive:
        archive.extractall(spool, filter="data")
    with Server(tmp_path) as server:
        drain(spool, server)
        with Client(server.url) as client:
            run = client.get(f"{API}runs/get?run_id={RUN}").json()["run"]
            losses = client.get(f"{API}metrics/get-history?run_id={RUN}&metric_key=loss").json()
            name = client.get(
                f"{API}experiments/get?experiment_id={run['info']['experiment_id']}"
            ).json()["experiment"]["name"]
    assert name == "recorded"
    assert (run["info"]["status"], run["info"]["run_name"]) == ("FINISHED", "recorded-run")
    assert run["info"]["end_time"] == 1790000001000
    assert {p["key"]: p["value"] for p in run["data"]["params"]} == {"alpha": "0.1", "beta": "b"}
    tags = {tag["key"]: tag["value"] for tag in run["data"]["tags"]}
    assert (tags["made"], tags["t"]) == ("offline", "w")
    assert "rookery.gaps" not in tags
    assert {m["key"]: m["value"] for m in run["data"]["metrics"]} == {"acc": 0.5, "loss": 0.1}
    assert [m["step"] for m in losses["metrics"]] == list(range(10))
    assert run["inputs"]["dataset_inputs"][0]["dataset"]["name"] == "d"


def drain(spool, server):
    # Unpacked it is a copy, as any folder that was moved here.
    command = ["drain", "--spool", spool, "--adopt", "--upstream", f"rookery://{server.grpc}"]
    done = subprocess.run(
        [ROOKERY.with_name("rookery-sidecar"), *command],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
