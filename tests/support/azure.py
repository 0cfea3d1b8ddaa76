"""A Rookery that Azure's Python clients find, and those clients as child processes."""

import contextlib
import subprocess

from tests.support.devcloud import Devcloud
from tests.support.program import ROOKERY
from tests.support.server import Server
from tests.support.warm_python import WarmPython


def path_of(workspace):
    """Azure's path of a workspace."""
    return (
        "/subscriptions/s/resourceGroups/g/providers/"
        f"Microsoft.MachineLearningServices/workspaces/{workspace}"
    )


def mount_of(workspace):
    """The path under which a workspace has MLflow's API."""
    return f"/mlflow/v2.0{path_of(workspace)}"


class AzureServer:
    """`server` serves HTTPS on `host` (localhost:port); clients are given `environment`."""

    def __init__(self, folder, uri, server, devcloud):
        self.folder, self.server, self.devcloud = folder, server, devcloud
        self.host = devcloud.gateway
        self.environment = devcloud.environment()
        self.certificate = devcloud.folder / "devcloud/ca.pem"
        self._uri = uri
        environment = {**self.environment, "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"}
        self._python = WarmPython(folder, environment, ["mlflow"])

    def create_workspace(self, name):
        command = ["workspace", "create", name, "--backend-store-uri", self._uri]
        subprocess.run([ROOKERY, *command], cwd=self.folder, check=True, timeout=60)

    def run(self, workspace, script, tracking_uri="azureml://{host}{mount}"):
        """What a script prints in a Python whose tracking server is the workspace."""
        uri = tracking_uri.format(host=self.host, mount=mount_of(workspace))
        return self._python.run("-c", script, MLFLOW_TRACKING_URI=uri).check()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._python.__exit__()


@contextlib.contextmanager
def azure_server(folder, uri, *options):
    """Yields an AzureServer on the database at `uri`, with its files in `folder`."""
    # The first one makes the certificate; which port the server gets is known only afterwards.
    with Devcloud(folder, "localhost:1") as certifying:
        certificate = certifying.server_file
    tls = ["--tls-cert", certificate, "--tls-key", certificate]
    with Server(folder, "--backend-store-uri", uri, *tls, *options) as server:
        port = server.url.rpartition(":")[2]
        with (
            Devcloud(folder, f"localhost:{port}") as devcloud,
            AzureServer(folder, uri, server, devcloud) as azure,
        ):
            yield azure
