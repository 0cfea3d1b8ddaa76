"""Azure's Python clients as child processes that take `rookery server` for their Azure ML."""

import contextlib
import json
import sys

from tests.support.azure import azure_server
from tests.support.postgres import fresh_database
from tests.support.program import ROOT
from tests.support.warm_python import WarmPython

SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
GROUP = "rookery"
# Of clients that build the address of files themselves.
FILES_HOST = "acct.blob.localhost"
# The server's option by which it is there.
BLOB_URL = "https://acct.blob.{host}"


def write_config(folder):
    """By which SDKs find the workspace `default`."""
    config = {
        "subscription_id": SUBSCRIPTION,
        "resource_group": GROUP,
        "workspace_name": "default",
    }
    (folder / "config.json").write_text(json.dumps(config))


class Clients:
    """Runs scripts in `folder`, which has a config.json for the workspace `default`.

    They run in Pythons that have `imports` at hand.
    """

    def __init__(self, azure, imports):
        self.azure = azure
        self.folder = azure.folder
        environment = {
            **self.azure.environment,
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
            # Answers of 5xx are to fail a test, not to slow it down.
            "AZUREML_DEFAULT_RETRIES": "0",
            # In another Python MLflow tries out what a model needs: no matter of ours.
            "MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [ROOT / "deploy/dev/with_host.sh", FILES_HOST, sys.executable]
        self._python = WarmPython(self.folder, environment, imports, command)
        write_config(self.folder)

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

    def run(self, *words, tracking_uri=None, **environment):
        """What `python words...` prints."""
        if tracking_uri is not None:
            environment["MLFLOW_TRACKING_URI"] = tracking_uri
        done = self._python.run(*words, **environment)
        return done.check("server:", self.azure.server.log()[-5000:])

    def answer(self, script, tracking_uri=None, **environment):
        """The value that a script prints as JSON, last."""
        printed = self.run("-c", script, tracking_uri=tracking_uri, **environment)
        return json.loads(printed.splitlines()[-1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._python.__exit__()


@contextlib.contextmanager
def azure_clients(backend, folder, *options, imports=("mlflow",)):
    """Yields Clients of a fresh server on a database of this kind; `options` are the server's."""
    with contextlib.ExitStack() as stack:
        uri = "sqlite:///rookery.db"
        if backend == "postgresql":
            uri = stack.enter_context(fresh_database())
        options = ["--blob-url", BLOB_URL, *options]
        azure = stack.enter_context(azure_server(folder, uri, *options))
        yield stack.enter_context(Clients(azure, imports))
