"""Azure's Python clients as child processes that take `rookery server` for their Azure ML."""

import contextlib
import json
import subprocess
import sys

from tests.support.azure import azure_server
from tests.support.postgres import fresh_database
from tests.support.program import ROOT

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP = "rookery"
# Of clients that build the address of files themselves.
FILES_HOST = "acct.blob.localhost"


class Clients:
    """Runs scripts in `folder`, which has a config.json for the workspace `default`."""

    def __init__(self, azure):
        self.azure = azure
        self.folder = azure.folder
        config = {
            "subscription_id": SUBSCRIPTION,
            "resource_group": GROUP,
            "workspace_name": "default",
        }
        (self.folder / "config.json").write_text(json.dumps(config))

    @property
    def workspace_path(self):
        return (
            f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/"
            "Microsoft.MachineLearningServices/workspaces/default"
        )

    @property
    def mount(self):
        """The tracking URI of the workspace for Azure's plugin."""
        return f"azureml://{self.azure.host}/mlflow/v2.0{self.workspace_path}"

    @property
    def plain(self):
        """The same workspace's for MLflow alone."""
        return f"https://{self.azure.host}"

    def run(self, *words, tracking_uri=None):
        """What `python words...` prints."""
        environment = {
            **self.azure.environment,
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
            # Answers of 5xx are to fail a test, not to slow it down.
            "AZUREML_DEFAULT_RETRIES": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        if tracking_uri is not None:
            environment["MLFLOW_TRACKING_URI"] = tracking_uri
        done = subprocess.run(
            [ROOT / "deploy/dev/with_host.sh", FILES_HOST, sys.executable, *words],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        server = self.azure.server.log()
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\nserver:\n{server[-5000:]}"
        return done.stdout

    def answer(self, script, tracking_uri=None):
        """The value that a script prints as JSON, last."""
        return json.loads(self.run("-c", script, tracking_uri=tracking_uri).splitlines()[-1])


@contextlib.contextmanager
def azure_clients(backend, folder):
    """Yields Clients of a fresh server on a database of this kind."""
    with contextlib.ExitStack() as stack:
        uri = "sqlite:///rookery.db"
        if backend == "postgresql":
            uri = stack.enter_context(fresh_database())
        options = ["--blob-url", "https://acct.blob.{host}"]
        yield Clients(stack.enter_context(azure_server(folder, uri, *options)))
