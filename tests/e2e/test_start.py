"""What `rookery` says when it is started, rightly and wrongly."""

import re
import socket
import sqlite3
import subprocess
import time

import pytest

from tests.support.raw import API, Client
from tests.support.server import ROOKERY, Server


def rookery(folder, *words):
    """Runs a command that ends by itself."""
    return subprocess.run(
        [ROOKERY, *words], cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )


def refusal(folder, *options):
    """The one line with which `rookery server` refuses to start."""
    done = rookery(folder, "server", "--port", "0", "--log-level", "error", *options)
    said = done.stderr.strip()
    assert done.returncode == 2, done
    assert said, done
    assert len(said.splitlines()) == 1, said
    return said


@pytest.fixture
def taken_port():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield str(holder.getsockname()[1])


def test_help_teaches_each_command(tmp_path):
    for words in [["--help"], ["server", "--help"], ["db", "upgrade", "--help"]]:
        done = rookery(tmp_path, *words)
        assert done.returncode == 0
        assert "rookery" in done.stdout
    assert "--backend-store-uri" in rookery(tmp_path, "server", "--help").stdout


def test_version_is_printed(tmp_path):
    assert re.fullmatch(r"rookery \d+\.\d+\.\d+\n", rookery(tmp_path, "version").stdout)


def test_an_unknown_flag_or_bad_port_is_refused_with_exit_code_2(tmp_path):
    assert rookery(tmp_path, "server", "--nonsense").returncode == 2
    assert rookery(tmp_path, "server", "--port", "70000").returncode == 2
    assert rookery(tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("uri", "hint"),
    [
        ("mysql://u:secret@h/d", "postgresql://"),
        ("sqlite:///no/such/folder/r.db", ""),
        ("postgresql://u:secret@127.0.0.1:1/d", ""),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line_without_its_password(tmp_path, uri, hint):
    said = refusal(tmp_path, "--backend-store-uri", uri)
    assert hint in said
    assert "secret" not in said


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "rookery.db").write_bytes(b"not a database at all" * 100)
    refusal(tmp_path)


def test_an_artifacts_destination_that_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    assert "file" in refusal(tmp_path, "--artifacts-destination", "file")
    assert "s3://bucket" in refusal(tmp_path, "--artifacts-destination", "s3://bucket")


def test_a_taken_port_is_named(tmp_path, taken_port):
    done = rookery(tmp_path, "server", "--port", taken_port, "--log-level", "error")
    assert done.returncode == 2
    assert taken_port in done.stderr
    assert taken_port in refusal(tmp_path, "--grpc-port", taken_port)


def test_a_database_of_a_later_rookery_is_refused_and_says_why(tmp_path):
    with Server(tmp_path):
        pass
    with sqlite3.connect(tmp_path / "rookery.db") as database:
        database.create_collation("C", lambda a, b: (a > b) - (a < b))
        database.execute("INSERT INTO schema_versions VALUES ('tracking', 99, 99, 0)")
    database.close()
    said = refusal(tmp_path)
    assert "tracking" in said
    assert rookery(tmp_path, "db", "upgrade", "sqlite:///rookery.db").returncode == 2


def test_upgrade_makes_the_schema_and_repeats_without_harm(tmp_path):
    for _ in range(2):
        done = rookery(tmp_path, "db", "upgrade", "sqlite:///rookery.db")
        assert done.returncode == 0, done
        assert "tracking: at version" in done.stdout
        assert "registry: at version" in done.stdout


def test_upgrade_takes_the_database_from_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("ROOKERY_BACKEND_STORE_URI", "sqlite:///rookery.db")
    assert rookery(tmp_path, "db", "upgrade").returncode == 0
    assert (tmp_path / "rookery.db").exists()
    monkeypatch.delenv("ROOKERY_BACKEND_STORE_URI")
    refused = rookery(tmp_path, "db", "upgrade")
    assert refused.returncode == 2
    assert "--backend-store-uri" in refused.stderr


def test_what_was_stored_is_there_after_a_restart(tmp_path):
    with Server(tmp_path) as server, Client(server.url) as client:
        made = client.post("experiments/create", name="kept").json()
    with Server(tmp_path) as server, Client(server.url) as client:
        found = client.get(API + "experiments/get-by-name?experiment_name=kept").json()
    assert found["experiment"]["experiment_id"] == made["experiment_id"]


def test_without_serving_artifacts_their_routes_say_so(tmp_path):
    with Server(tmp_path, "--no-serve-artifacts") as server, Client(server.url) as client:
        answer = client.get("/api/2.0/mlflow-artifacts/artifacts?path=x")
        assert answer.status == 503
        assert b"--no-serve-artifacts" in answer.body
        assert not (tmp_path / "artifacts").exists()


def test_the_artifact_root_shows_in_locations(tmp_path):
    with (
        Server(tmp_path, "--default-artifact-root", "s3://bucket/x") as server,
        Client(server.url) as client,
    ):
        found = client.get(API + "experiments/get?experiment_id=0").json()
    assert found["experiment"]["artifact_location"] == "s3://bucket/x/0"


def test_it_starts_soon_and_rests_small(tmp_path):
    """Generous bounds, since machines are noisy: `./dev bench` has the figures."""
    began = time.monotonic()
    with Server(tmp_path) as server:
        assert time.monotonic() - began < 5
        with open(f"/proc/{server.pid}/status") as status:
            resident = int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1])
    # A sanitizer's shadow memory is many times that.
    assert resident < 60 * 1024 or "release" not in str(ROOKERY)
