"""Kill it, take its database away, fill its disk: what was acknowledged stays, the rest is said."""

import os
import subprocess
from urllib.parse import urlsplit

import pytest

from tests.support.backends import serving
from tests.support.own_postgres import OwnPostgres
from tests.support.raw import ARTIFACTS, Client
from tests.support.server import Server
from tests.support.writers import start_writers, stored_numbers, wait_for


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_killed_server_has_lost_nothing_that_it_acknowledged(backend, tmp_path):
    with serving(backend, tmp_path) as server:
        writers = start_writers(server)
        wait_for(lambda: all(len(w.acknowledged) >= 20 for w in writers.values()))
        server.kill()
        for writer in writers.values():
            writer.end()
        server.__exit__()
        server.__enter__()
        with Client(server.url) as client:
            for run_id, writer in writers.items():
                stored = stored_numbers(client, run_id)
                assert set(writer.acknowledged) <= stored
                # At most the batch that was under way when it died.
                assert len(stored) <= len(writer.acknowledged) + 1


def test_while_postgresql_is_away_clients_are_told_to_come_back(tmp_path):
    with (
        OwnPostgres() as postgres,
        Server(tmp_path, "--backend-store-uri", postgres.uri) as server,
    ):
        writers = start_writers(server)
        wait_for(lambda: all(len(w.acknowledged) >= 5 for w in writers.values()))
        postgres.stop()
        wait_for(lambda: all(w.refusals for w in writers.values()))
        before = {run: len(w.acknowledged) for run, w in writers.items()}
        with Client(server.url) as client:
            assert client.get("/health").body == b"OK"
        postgres.start()
        wait_for(lambda: all(len(w.acknowledged) > before[r] + 5 for r, w in writers.items()))
        for writer in writers.values():
            writer.end()
            for refusal in writer.refusals:
                assert refusal.error() == (503, "TEMPORARILY_UNAVAILABLE")
                assert "Retry-After" in refusal.headers
                assert urlsplit(postgres.uri).password.encode() not in refusal.body
        with Client(server.url) as client:
            for run_id, writer in writers.items():
                assert set(writer.acknowledged) <= stored_numbers(client, run_id)


@pytest.fixture
def small_disk(tmp_path):
    """A folder that holds 4 MiB."""
    if os.geteuid() != 0:
        pytest.skip("NOT RUN: only root can mount a small file system")
    folder = tmp_path / "artifacts"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_artifact_folder_is_said_and_leaves_nothing(small_disk, tmp_path):
    with Server(tmp_path) as server, Client(server.url) as client:
        assert client.ask("PUT", f"{ARTIFACTS}/0/fits", b"x" * 1000, {}).status == 200
        answer = client.ask("PUT", f"{ARTIFACTS}/0/large", b"x" * (8 << 20), {})
        assert answer.error() == (503, "TEMPORARILY_UNAVAILABLE")
        assert b"full" in answer.body
        assert str(tmp_path).encode() not in answer.body
        assert client.get(f"{ARTIFACTS}/0/large").status == 404
        assert client.ask("PUT", f"{ARTIFACTS}/0/fits", b"again", {}).status == 200
        assert client.get(f"{ARTIFACTS}/0/fits").body == b"again"
        left = [f.name for f in small_disk.rglob("*") if f.is_file()]
        assert sorted(left) == [".rookery-signing-key", "fits"]


def test_a_read_only_artifact_folder_is_said_and_can_be_read(small_disk, tmp_path):
    with Server(tmp_path) as server, Client(server.url) as client:
        assert client.ask("PUT", f"{ARTIFACTS}/0/old", b"old", {}).status == 200
        subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
        answer = client.ask("PUT", f"{ARTIFACTS}/0/new", b"new", {})
        assert answer.error() == (503, "TEMPORARILY_UNAVAILABLE")
        assert str(tmp_path).encode() not in answer.body
        assert client.get(f"{ARTIFACTS}/0/old").body == b"old"


def test_sigterm_under_load_ends_with_0_and_loses_nothing(tmp_path):
    with Server(tmp_path) as server:
        writers = start_writers(server)
        wait_for(lambda: all(len(w.acknowledged) >= 5 for w in writers.values()))
        assert server.terminate() == 0
        for writer in writers.values():
            writer.end()
        server.__exit__()
        server.__enter__()
        with Client(server.url) as client:
            for run_id, writer in writers.items():
                assert set(writer.acknowledged) <= stored_numbers(client, run_id)


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path):
    with Server(tmp_path) as server:
        with Client(server.url) as client:
            connection = client._connection
            connection.putrequest("PUT", f"{ARTIFACTS}/0/broken")
            connection.putheader("Content-Length", str(10 << 20))
            connection.endheaders(b"x" * (1 << 20))
        uploads = tmp_path / "artifacts" / ".rookery-uploads"
        wait_for(lambda: not any(uploads.iterdir()))
        with Client(server.url) as client:
            assert client.get(f"{ARTIFACTS}/0/broken").status == 404
