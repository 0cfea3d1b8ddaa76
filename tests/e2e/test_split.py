"""The four programs: what they say, how they end, what clients see when one restarts."""

import concurrent.futures
import contextlib
import http.client
import os
import random
import re
import signal
import socket
import subprocess
import urllib.error
import urllib.request

import pytest

from tests.support.backends import serving
from tests.support.postgres import fresh_database, held_table, run_sql
from tests.support.program import ROOKERY
from tests.support.raw import API, ARTIFACTS, Client
from tests.support.server import Server
from tests.support.split import SplitServer
from tests.support.writers import BatchWriter, FileWriter, VersionWriter, wait_for

PROGRAMS = ["rookery-tracking", "rookery-registry", "rookery-artifact", "rookery-gateway"]
LONG = "ROOKERY_TEST_LONG" in os.environ
PROBES = {
    "tracking": "runs/get?run_id=x",
    "registry": "registered-models/get?name=x",
}
LAST_QUERIES = """
    SELECT application_name, max(extract(epoch FROM query_start)) FROM pg_stat_activity
    WHERE datname = current_database() GROUP BY application_name
"""
# Restarts of a part in one test.
ROUNDS = 40 if LONG else 2


def run(folder, program, *words, environment=()):
    """Runs a program that ends by itself."""
    return subprocess.run(
        [ROOKERY.with_name(program), *words],
        cwd=folder,
        env={**os.environ, **dict(environment)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def refusal(folder, program, *words):
    """The one line with which a program refuses to start."""
    done = run(folder, program, "--log-level", "error", *words)
    said = done.stderr.strip()
    assert done.returncode == 2, done
    assert len(said.splitlines()) == 1, said
    assert said.startswith(f"{program}: "), said
    return said


def ask(url):
    """Status and body of a plain GET."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 It is our own URL.
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_and_version_teach(program, tmp_path):
    said = run(tmp_path, program, "--help").stdout
    assert "--drain-seconds" in said
    assert "ROOKERY_LOG_LEVEL" in said
    assert re.fullmatch(rf"{program} \d+\.\d+\.\d+\n", run(tmp_path, program, "--version").stdout)


def test_what_cannot_be_used_is_one_line_and_exit_code_2(tmp_path):
    for program in PROGRAMS:
        assert run(tmp_path, program, "--nonsense").returncode == 2
    free = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = f"127.0.0.1:{holder.getsockname()[1]}"
        port = taken.partition(":")[2]
        for program in PROGRAMS[:3]:
            assert taken in refusal(tmp_path, program, *free[2:], "--listen", taken)
            assert port in refusal(tmp_path, program, *free[:2], "--admin", taken)
        assert port in refusal(tmp_path, "rookery-gateway", "--port", port)
    assert "'nowhere'" in refusal(tmp_path, "rookery-tracking", "--listen", "nowhere")
    said = refusal(tmp_path, "rookery-tracking", "--backend-store-uri", "mysql://u:secret@h/d")
    assert "secret" not in said
    assert "'no address'" in refusal(tmp_path, "rookery-registry", "--tracking", "no address")
    assert "'a:1,b:2'" in refusal(
        tmp_path, "rookery-gateway", "--port", "0", "--tracking", "a:1,b:2"
    )
    said = refusal(tmp_path, "rookery-artifact", "--artifacts-destination", "s3://bucket")
    assert "s3://bucket" in said


def test_flags_may_come_from_the_environment(tmp_path):
    environment = {"ROOKERY_LISTEN": "nowhere", "ROOKERY_ADMIN": "127.0.0.1:0"}
    done = run(tmp_path, "rookery-tracking", environment=environment)
    assert done.returncode == 2
    assert "'nowhere'" in done.stderr


@pytest.fixture
def split(tmp_path):
    with SplitServer(tmp_path) as running:
        yield running


def test_each_part_announces_itself_and_answers_probes(split):
    for name in ["tracking", "registry", "artifact"]:
        part = split.parts[name]
        assert ask(f"{part.admin}/health") == (200, b"OK")
        assert ask(f"{part.admin}/ready") == (200, b"OK")
        assert b"rookery_build_info" in ask(f"{part.admin}/metrics")[1]
    for path in ["/health", "/ready"]:
        assert ask(split.url + path) == (200, b"OK")
    assert split.terminate() == 0


def test_a_gateway_alone_says_at_once_that_it_has_nobody_to_ask(split):
    """...and finds the services when they come back."""
    for name in ["tracking", "registry", "artifact"]:
        assert split.parts[name].terminate() == 0
    with Client(split.url, timeout=10) as client:
        assert client.get("/health").status == 200
        answers = [
            client.get(API + "experiments/get?experiment_id=0"),
            client.get(API + "registered-models/get?name=x"),
            client.get(f"{ARTIFACTS}/0/x"),
            client.ask("PUT", f"{ARTIFACTS}/0/x", b"x" * (1 << 20), {}),
        ]
        for answer in answers:
            assert answer.error() == (503, "TEMPORARILY_UNAVAILABLE"), answer
            assert answer.headers["Retry-After"] == "5"
            # Where the services are is not the clients' business.
            assert b"127.0.0.1" not in answer.body
        for name in ["tracking", "registry", "artifact"]:
            split.parts[name].start_again()
        wait_for(lambda: client.get(API + "experiments/get?experiment_id=0").status == 200)
        wait_for(lambda: client.get(API + "registered-models/get?name=x").status == 404)
        wait_for(lambda: client.ask("PUT", f"{ARTIFACTS}/0/x", b"x", {}).status == 200)


@pytest.mark.parametrize(
    ("part", "setup"),
    [
        ("tracking", "split-sqlite"),
        ("tracking", "split-postgresql"),
        ("registry", "split-sqlite"),
        ("registry", "split-postgresql"),
        ("artifact", "split-sqlite"),
        ("gateway", "split-sqlite"),
    ],
)
def test_a_part_that_restarts_under_load_loses_nothing(part, setup, tmp_path):
    seed = int(os.environ.get("ROOKERY_TEST_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"ROOKERY_TEST_SEED={seed}")
    chance = random.Random(seed)  # noqa: S311 Not for secrets.
    with serving(setup, tmp_path) as server:
        writers = [BatchWriter(server.url) for _ in range(3)]
        writers += [VersionWriter(server.url, f"model-{i}") for i in range(2)]
        writers += [FileWriter(server.url, f"folder-{i}") for i in range(2)]
        for round_number in range(ROUNDS):
            # Each has been answered some times since the restart before.
            wanted = {w: len(w.acknowledged) + chance.randrange(1, 6) for w in writers}
            wait_for(lambda wanted=wanted: all(len(w.acknowledged) >= n for w, n in wanted.items()))
            server.parts[part].restart(kill=round_number % 2 == 1)
        wanted = {w: len(w.acknowledged) + 1 for w in writers}
        wait_for(lambda: all(len(w.acknowledged) >= n for w, n in wanted.items()))
        for writer in writers:
            writer.end()
        for writer in writers:
            for answer in writer.refusals:
                assert answer.status == 503, answer
                assert "Retry-After" in answer.headers, answer
            assert writer.slowest_refusal < 20
            if part != "gateway":
                assert writer.unanswered == 0
        with Client(server.url) as client:
            for writer in writers:
                assert set(writer.acknowledged) <= writer.stored(client)


def test_two_replicas_of_tracking_share_the_work_and_one_is_enough(tmp_path):
    with (
        fresh_database() as uri,
        SplitServer(tmp_path, uri, replicas=2) as server,
        Client(server.url) as client,
    ):

        def last_asked():
            """When each replica last asked the database anything."""
            rows = run_sql(uri, LAST_QUERIES).splitlines()
            return {name: float(at) for name, at in (row.split("|") for row in rows)}

        def ask_until_busy(replicas):
            """All calls go to these replicas, to each some."""
            before = last_asked()

            def asked():
                client.get(API + "experiments/get?experiment_id=0")
                return replicas == {
                    name
                    for name, at in last_asked().items()
                    if name.startswith("tracking") and at > before.get(name, 0)
                }

            wait_for(asked)

        ask_until_busy({"tracking", "tracking-2"})
        writer = BatchWriter(server.url)
        for leaving, staying in [("tracking", "tracking-2"), ("tracking-2", "tracking")]:
            wanted = len(writer.acknowledged) + 5
            wait_for(lambda wanted=wanted: len(writer.acknowledged) >= wanted)
            assert server.parts[leaving].terminate() == 0
            ask_until_busy({staying})
            wanted = len(writer.acknowledged) + 5
            wait_for(lambda wanted=wanted: len(writer.acknowledged) >= wanted)
            server.parts[leaving].start_again()
            ask_until_busy({"tracking", "tracking-2"})
        writer.end()
        assert all(answer.status == 503 for answer in writer.refusals)
        assert set(writer.acknowledged) <= writer.stored(client)


def test_programs_that_start_at_once_on_an_empty_database_do_not_trip(tmp_path):
    with fresh_database() as uri, concurrent.futures.ThreadPoolExecutor(8) as pool:
        servers = []
        for number in range(4):
            folder = tmp_path / str(number)
            folder.mkdir()
            servers.append(SplitServer(folder, uri))
        with contextlib.ExitStack() as stack:
            for started in list(pool.map(SplitServer.__enter__, servers)):
                stack.push(started.__exit__)
            for server in servers:
                with Client(server.url) as client:
                    assert client.get(API + "experiments/get?experiment_id=0").status == 200


def in_background(url, *words, **message):
    """The answer to a POST, as a future."""

    def post():
        with Client(url) as client:
            return client.post(*words, **message)

    pool = concurrent.futures.ThreadPoolExecutor(1)
    future = pool.submit(post)
    pool.shutdown(wait=False)
    return future


@pytest.mark.parametrize(
    ("part", "table", "rpc"),
    [
        ("tracking", "experiments", "experiments/create"),
        ("registry", "registered_models", "registered-models/create"),
    ],
)
def test_a_service_that_drains_ends_what_is_in_flight(part, table, rpc, tmp_path):
    with (
        fresh_database() as uri,
        SplitServer(tmp_path, uri) as server,
        Client(server.url) as client,
    ):
        program = server.parts[part]
        with held_table(uri, table) as waiting:
            in_flight = in_background(server.url, rpc, name="x")
            wait_for(lambda: waiting() == 1)
            program.signal(signal.SIGTERM)
            wait_for(lambda: ask(f"{program.admin}/ready")[0] == 503)
            assert ask(f"{program.admin}/health")[0] == 200
            wait_for(lambda: client.get(API + PROBES[part]).status == 503)
            answer = client.post(rpc, name="y")
            assert answer.error() == (503, "TEMPORARILY_UNAVAILABLE")
            assert "Retry-After" in answer.headers
        assert in_flight.result(60).status == 200
        assert program.wait() == 0


class Upload:
    """A PUT whose body is half sent."""

    def __init__(self, url, path):
        self._client = Client(url)
        self._connection = self._client._connection
        self._connection.putrequest("PUT", f"{ARTIFACTS}/{path}")
        self._connection.putheader("Content-Length", str(2 << 20))
        self._connection.endheaders(b"x" * (1 << 20))

    def finish(self):
        self._connection.send(b"y" * (1 << 20))
        with self._connection.getresponse() as response:
            return response.status, response.headers


def upload_has_come(folder):
    uploads = folder / "artifacts" / ".rookery-uploads"
    return lambda: uploads.exists() and any(uploads.iterdir())


def test_the_artifact_service_drains_an_upload(split):
    program = split.parts["artifact"]
    upload = Upload(split.url, "0/f")
    wait_for(upload_has_come(split.folder))
    program.signal(signal.SIGTERM)
    wait_for(lambda: ask(f"{program.admin}/ready")[0] == 503)
    assert upload.finish()[0] == 200
    assert program.wait() == 0
    program.start_again()
    with Client(split.url) as client:
        wait_for(lambda: client.get(f"{ARTIFACTS}/0/f").status == 200)


@pytest.mark.parametrize("kind", ["one", "split"])
def test_who_comes_while_http_drains_is_told_503_and_the_rest_ends(kind, tmp_path):
    """The port stays open until the last request in flight has ended."""
    with (Server if kind == "one" else SplitServer)(tmp_path) as server:
        program = server if kind == "one" else server.parts["gateway"]
        upload = Upload(server.url, "0/f")
        wait_for(upload_has_come(tmp_path))
        program.signal(signal.SIGTERM)

        def is_refused():
            # A connection that came just before the signal is closed without a word.
            with Client(server.url) as client, contextlib.suppress(http.client.HTTPException):
                answer = client.get("/ready")
                if answer.status == 200:
                    return False
                assert answer.status == 503
                assert answer.headers["Retry-After"] == "1"
                assert answer.headers["Connection"] == "close"
                return True
            return False

        wait_for(is_refused)
        status, headers = upload.finish()
        assert (status, headers["Connection"]) == (200, "close")
        assert program.wait() == 0
        assert (tmp_path / "artifacts" / "0" / "f").stat().st_size == 2 << 20


@pytest.mark.parametrize("kind", ["one", "split"])
def test_what_never_ends_does_not_keep_a_program_from_ending(kind, tmp_path):
    options = ["--drain-seconds", "0"]
    with fresh_database() as uri, contextlib.ExitStack() as stack:
        if kind == "one":
            server = Server(tmp_path, "--backend-store-uri", uri, *options)
        else:
            server = SplitServer(tmp_path, uri, options=options)
        stack.enter_context(server)
        program = server if kind == "one" else server.parts["tracking"]
        with held_table(uri, "experiments") as waiting:
            in_flight = in_background(server.url, "experiments/create", name="x")
            wait_for(lambda: waiting() == 1)
            assert program.terminate() == 0
            if kind == "split":
                assert in_flight.result(60).error() == (503, "TEMPORARILY_UNAVAILABLE")
