"""HTTPS and gRPC over TLS: certificates, their change, and those who do not keep to it."""

import contextlib
import socket
import ssl
import time
from urllib.parse import urlsplit

import mlflow
import pytest

from tests.e2e.test_split import refusal
from tests.support.certificates import Authority, replace
from tests.support.raw import Client, send_bytes
from tests.support.server import Server
from tests.support.split import SplitServer
from tests.support.waiting import wait_for

# Of the server, and what a loaded machine may add.
HANDSHAKE_SECONDS = 10
SLACK_SECONDS = 20


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def flags(authority):
    """With which a program serves TLS."""
    certificate, key = authority.issue("server")
    return ["--tls-cert", certificate, "--tls-key", key]


@pytest.fixture
def server(tmp_path, flags):
    with Server(tmp_path, *flags) as running:
        yield running


def connect(address, context, **options):
    """A TLS connection to host:port."""
    host, _, port = address.rpartition(":")
    plain = socket.create_connection((host, int(port)), timeout=60)
    return context.wrap_socket(plain, server_hostname="localhost", **options)


def shown(address, context):
    """The certificate that a new connection gets."""
    with connect(address, context) as connection:
        return connection.getpeercert(binary_form=True)


def grpc_is_spoken(address, context):
    """Whether a server of gRPC sends its settings, as it does first of all."""
    context.set_alpn_protocols(["h2"])
    try:
        with connect(address, context) as connection:
            return connection.recv(100) != b""
    except (ssl.SSLError, ConnectionError):
        return False


def file_of(certificate):
    return ssl.PEM_cert_to_DER_cert(certificate.read_text())


def log_and_read_back(folder):
    """What a training script does: a run with metrics and a file, read back."""
    (folder / "notes.txt").write_text("of use\n" * 10_000)
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", 0.5)
        mlflow.log_artifact(folder / "notes.txt")
    assert mlflow.get_run(run.info.run_id).data.metrics == {"loss": 0.5}
    back = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="notes.txt")
    with open(back) as file:
        assert file.read() == (folder / "notes.txt").read_text()


def test_an_mlflow_client_works_over_https(server, authority, tmp_path, monkeypatch):
    assert server.url.startswith("https://")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
    mlflow.set_tracking_uri(server.url)
    log_and_read_back(tmp_path)


def test_four_programs_with_client_certificates_everywhere(authority, flags, tmp_path, monkeypatch):
    client, client_key = authority.issue("client", "a client")
    with SplitServer(
        tmp_path,
        options=[*flags, "--tls-client-ca", authority.file],
        channel_options=[
            *("--tls-ca", authority.file),
            *("--tls-channel-cert", client, "--tls-channel-key", client_key),
        ],
    ) as server:
        both = tmp_path / "both.pem"
        both.write_text(client.read_text() + client_key.read_text())
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
        monkeypatch.setenv("MLFLOW_TRACKING_CLIENT_CERT_PATH", str(both))
        mlflow.set_tracking_uri(server.url)
        log_and_read_back(tmp_path)
        mlflow.MlflowClient().create_registered_model("model")

        without = Client(server.url, context=authority.trusting())
        with pytest.raises((ssl.SSLError, ConnectionError)), without:
            without.get("/health")
        assert not grpc_is_spoken(server.tracking, authority.trusting())
        showing = authority.trusting()
        showing.load_cert_chain(client, client_key)
        assert grpc_is_spoken(server.tracking, showing)


@pytest.mark.parametrize("address", ["url", "grpc"])
def test_a_new_certificate_is_for_new_connections_and_a_broken_one_for_none(
    address, server, authority, tmp_path
):
    at = urlsplit(server.url).netloc if address == "url" else server.grpc
    context = authority.trusting()
    with Client(server.url, context=context) as running:
        assert running.get("/health").status == 200
        certificate, _ = authority.issue("server")
        wait_for(lambda: shown(at, context) == file_of(certificate))
        held = file_of(certificate)
        replace(tmp_path / "server.pem", b"broken")
        wait_for(lambda: "the former certificate stays" in server.log())
        assert shown(at, context) == held
        # It is the connection that there was.
        running_socket = running._connection.sock
        assert running.get("/health").status == 200
        assert running._connection.sock is running_socket
        certificate, _ = authority.issue("server")
        wait_for(lambda: shown(at, context) == file_of(certificate))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_http_1_1_and_tls_1_2_are_the_least_that_is_spoken(server, authority):
    at = urlsplit(server.url).netloc
    context = authority.trusting()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with connect(at, context) as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"
        assert connection.version() == "TLSv1.3"
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with connect(at, context) as connection:
        assert connection.version() == "TLSv1.2"
    for address in [at, server.grpc]:
        # The client would speak it.
        old = authority.trusting()
        old.set_ciphers("DEFAULT:@SECLEVEL=0")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionError)):
            connect(address, old)
    context = authority.trusting()
    context.set_alpn_protocols(["h2"])
    with pytest.raises(ssl.SSLError, match="no application protocol"):
        connect(at, context)


def test_plain_http_is_closed_without_a_word_or_harm(server, authority):
    request = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for _ in range(100):
        assert send_bytes(server.url, request) == b""
    with Client(server.url, context=authority.trusting()) as client:
        assert client.get("/health").status == 200
        metrics = client.get("/metrics").body.decode()
    assert 'rookery_http_connections_refused_total{reason="no_tls"} 100\n' in metrics


def test_handshakes_that_stand_still_hold_up_nobody_and_are_cut(server, authority):
    at = urlsplit(server.url)
    begin = time.monotonic()
    with contextlib.ExitStack() as stack:
        half_open = []
        for port in [at.port, int(server.grpc.rpartition(":")[2])]:
            for _ in range(100):
                slow = socket.create_connection((at.hostname, port), timeout=60)
                half_open.append(stack.enter_context(slow))
                # Of a record of 512 bytes.
                slow.sendall(b"\x16\x03\x01\x02\x00\x01")
        with Client(server.url, context=authority.trusting()) as client:
            assert client.get("/health").status == 200
        assert grpc_is_spoken(server.grpc, authority.trusting())
        for slow in half_open:
            with contextlib.suppress(ConnectionResetError):
                while slow.recv(100):
                    pass
    assert time.monotonic() - begin < HANDSHAKE_SECONDS + SLACK_SECONDS


@pytest.mark.parametrize("program", ["rookery-gateway", "rookery-tracking"])
def test_flags_that_need_each_other_are_refused_alone(program, authority, flags, tmp_path):
    assert "--tls-cert needs --tls-key" in refusal(tmp_path, program, *flags[:2])
    assert "--tls-key needs --tls-cert" in refusal(tmp_path, program, *flags[2:])
    assert "--tls-cert" in refusal(tmp_path, program, "--tls-client-ca", authority.file)
    said = refusal(tmp_path, program, "--tls-cert", authority.file, *flags[2:])
    assert "the key is not the certificate's" in said
    assert "none.pem" in refusal(tmp_path, program, *flags[:2], "--tls-key", "none.pem")


def test_channels_over_tls_to_several_addresses_need_a_name(authority, tmp_path):
    words = ["--tls-ca", authority.file, "--tracking", "127.0.0.1:1,127.0.0.2:1"]
    assert "is a list" in refusal(tmp_path, "rookery-gateway", *words)
    assert "none.pem" in refusal(tmp_path, "rookery-registry", "--tls-ca", "none.pem")
