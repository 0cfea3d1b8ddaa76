"""A model version that Azure's plugin registered loads by MLflow alone, and the other way round.

MLflow alone is the one of the environment `mlflow317`.
"""

import json
import subprocess

import pytest

from tests.support.azure_clients import azure_clients
from tests.support.backends import BACKENDS
from tests.support.program import ROOT

ALONE = ROOT / "build/venv/mlflow317/bin/python"

REGISTER = """
import mlflow
class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input
mlflow.set_experiment("e")
with mlflow.start_run():
    mlflow.pyfunc.log_model(
        name="model", python_model=Echo(), pip_requirements=["mlflow"], registered_model_name="m"
    )
"""
LOAD = """
import json, mlflow
print(json.dumps(mlflow.pyfunc.load_model("models:/m/1").predict([1, 2])))
"""


@pytest.fixture(params=BACKENDS)
def clients(request, tmp_path):
    if not ALONE.exists():
        pytest.skip("NOT RUN: needs the environment mlflow317")
    with azure_clients(request.param, tmp_path) as clients:
        yield clients


def alone(clients, script):
    """What MLflow without the plugin prints."""
    environment = {**clients.azure.environment, "MLFLOW_TRACKING_URI": clients.plain}
    command = [ALONE, "-c", script]
    done = subprocess.run(
        command, cwd=clients.folder, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_plugins_version_loads_without_it(clients):
    clients.run("-c", REGISTER, tracking_uri=clients.mount)
    assert json.loads(alone(clients, LOAD).splitlines()[-1]) == [1, 2]


def test_a_version_of_mlflow_alone_loads_by_the_plugin(clients):
    alone(clients, REGISTER)
    assert clients.answer(LOAD, tracking_uri=clients.mount) == [1, 2]
