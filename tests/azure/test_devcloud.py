"""Azure's own Python clients with what `rookery devcloud` gives them, and no cloud.

Runs in the Python environment `azureml`, which has those clients.
"""

import signal
import socket
import subprocess
import sys
import time

import pytest
import requests

from tests.support.devcloud import Devcloud
from tests.support.https_gateway import HttpsGateway
from tests.support.server import Server

identity = pytest.importorskip("azure.identity", reason="NOT RUN: needs the environment azureml")
jwt = pytest.importorskip("jwt", reason="NOT RUN: needs the environment azureml")

GATEWAY = "localhost:5443"
WORKSPACE = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w"
)


@pytest.fixture
def devcloud(tmp_path):
    with Devcloud(tmp_path, GATEWAY) as running:
        yield running


def run_client(environment, script):
    """What a script prints in a fresh Python with all clients."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**environment, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def claims(token, devcloud):
    """Of a token whose signature, issuer and audience PyJWT has checked."""
    found = requests.get(f"{devcloud.url}/.well-known/openid-configuration", timeout=10).json()
    key = jwt.PyJWKClient(found["jwks_uri"]).get_signing_key_from_jwt(token)
    return jwt.decode(
        token,
        key,
        algorithms=["RS256"],
        audience=f"https://{devcloud.gateway}",
        issuer=found["issuer"],
        options={"require": ["exp", "iat", "nbf", "tid", "oid", "appid"]},
    )


@pytest.mark.parametrize(
    "variables",
    [
        {"MSI_ENDPOINT": "{url}/msi"},
        {"IDENTITY_ENDPOINT": "{url}/msi", "IDENTITY_HEADER": "any"},
        {"MSI_ENDPOINT": "{url}/msi", "MSI_SECRET": "any"},
    ],
    ids=["MSI_ENDPOINT", "IDENTITY_ENDPOINT", "MSI_SECRET"],
)
@pytest.mark.parametrize("slash", ["", "/"])
def test_azure_identity_gets_a_token_by_each_of_its_ways(devcloud, monkeypatch, variables, slash):
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(url=devcloud.url))
    asked = time.time()
    token = identity.ManagedIdentityCredential().get_token(f"https://{GATEWAY}{slash}/.default")
    answered = time.time()
    found = claims(token.token, devcloud)
    assert found["tid"] == "00000000-0000-4000-8000-00000000d0c1"
    assert int(asked) + 3600 <= found["exp"] <= answered + 3600
    # The client adds the seconds that were left to a later look at its clock, both cut to whole.
    assert 0 <= token.expires_on - found["exp"] <= int(answered) - int(asked)


def test_no_token_for_azures_own_api(devcloud, monkeypatch):
    monkeypatch.setenv("MSI_ENDPOINT", f"{devcloud.url}/msi")
    with pytest.raises(Exception, match="AZUREML_CURRENT_CLOUD=Rookery"):
        identity.ManagedIdentityCredential().get_token("https://management.azure.com/.default")


def test_mlflow_with_the_plugin_needs_devcloud_and_no_gateway(devcloud):
    environment = devcloud.environment()
    script = """
import mlflow
from azureml.mlflow._common._cloud.cloud import _get_cloud_or_default
print(_get_cloud_or_default().name)
"""
    assert run_client(environment, script) == "Rookery\n"
    devcloud.terminate()
    with pytest.raises(AssertionError, match="ARM_CLOUD_METADATA_URL"):
        run_client(environment, script)


def test_the_plugin_sends_the_token_to_the_gateway(tmp_path):
    gateway = HttpsGateway({"experiments": []})
    with Devcloud(tmp_path, f"localhost:{gateway.port}") as devcloud:
        with gateway.serving(devcloud.server_file):
            uri = f"azureml://{devcloud.gateway}/mlflow/v2.0{WORKSPACE}"
            run_client(
                {**devcloud.environment(), "MLFLOW_TRACKING_URI": uri},
                "import mlflow; assert mlflow.search_experiments() == []",
            )
        [(line, authorization)] = gateway.requests
        assert line == f"POST /mlflow/v2.0{WORKSPACE}/api/2.0/mlflow/experiments/search"
        assert claims(authorization.removeprefix("Bearer "), devcloud)


def test_sdk_v1_gets_its_token(devcloud):
    script = """
from azureml.core.authentication import MsiAuthentication
print(MsiAuthentication().get_authentication_header()["Authorization"])
"""
    printed = run_client(devcloud.environment(), script).splitlines()
    assert claims(printed[-1].removeprefix("Bearer "), devcloud)


def test_sdk_v2_asks_the_gateway_for_its_workspace(tmp_path):
    gateway = HttpsGateway({"name": "w", "properties": {"mlFlowTrackingUri": "azureml://x"}})
    script = """
from azure.ai.ml import MLClient
from azure.identity import ManagedIdentityCredential
print(MLClient(ManagedIdentityCredential(), "s", "g", "w").workspaces.get("w").name)
"""
    with Devcloud(tmp_path, f"localhost:{gateway.port}") as devcloud:
        with gateway.serving(devcloud.server_file):
            assert run_client(devcloud.environment(), script) == "w\n"
        line, authorization = gateway.requests[-1]
        assert line.startswith(f"GET {WORKSPACE}?")
        assert claims(authorization.removeprefix("Bearer "), devcloud)


def test_mlflow_trusts_a_server_with_the_certificate(devcloud, tmp_path):
    file = devcloud.server_file
    script = "import mlflow; print(mlflow.search_experiments()[0].name)"
    with Server(tmp_path, "--tls-cert", file, "--tls-key", file) as server:
        environment = {**devcloud.environment(), "MLFLOW_TRACKING_URI": server.url}
        assert run_client(environment, script) == "Default\n"


def test_it_is_on_the_loopback_alone_and_ends_when_told(devcloud):
    port = int(devcloud.announced["port"])
    # Would be the same server, had it not 127.0.0.1 alone.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=10).close()
    socket.create_connection(("127.0.0.1", port), timeout=10).close()
    devcloud.signal(signal.SIGTERM)
    assert devcloud.wait() == 0
