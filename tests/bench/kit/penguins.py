"""The article's script by Azure's own clients against a fresh Rookery: where its time goes."""

import json
import subprocess
import tempfile
from pathlib import Path

from tests.support.azure import azure_server
from tests.support.azure_clients import BLOB_URL, FILES_HOST, write_config
from tests.support.postgres import fresh_database
from tests.support.program import ROOT

PYTHON = ROOT / "build/venv/azureml/bin/python"
TIMED = Path(__file__).with_name("timed_script.py")
SCRIPT = ROOT / "examples/azureml_penguins/train.py"


def train():
    """What timed_script.py says of it."""
    with tempfile.TemporaryDirectory() as name, fresh_database() as uri:
        folder = Path(name)
        with azure_server(folder, uri, "--blob-url", BLOB_URL) as azure:
            write_config(folder)
            command = [ROOT / "deploy/dev/with_host.sh", FILES_HOST, PYTHON, TIMED]
            port = azure.host.rpartition(":")[2]
            subprocess.run(
                [*command, folder / "times.json", port, SCRIPT],
                cwd=folder,
                env=azure.environment,
                check=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        return json.loads((folder / "times.json").read_text())
