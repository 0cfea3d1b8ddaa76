"""A model version that Azure's plugin registered loads by MLflow alone, and the other way round.

MLflow alone is the one of the environment `mlflow317`.
"""

import json

import pytest

from tests.support.program import ROOT
from tests.support.warm_python import WarmPython

IMPORTS = ["mlflow.pyfunc"]
DATABASE_MATTERS = False
ALONE = ROOT / "build/venv/mlflow317/bin/python"

REGISTER = """
import mlflow
class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input
mlflow.set_experiment("e")
with mlflow.start_run():
    mlflow.pyfunc.log_model(
        name="model", python_model=Echo(), pip_requirements=["mlflow"],
        registered_model_name={name!r})
"""
LOAD = """
import json, mlflow
print(json.dumps(mlflow.pyfunc.load_model("models:/{name}/1").predict([1, 2])))
"""


@pytest.fixture(scope="module")
def alone(clients):
    """What MLflow without the plugin prints."""
    if not ALONE.exists():
        pytest.skip("NOT RUN: needs the environment mlflow317")
    environment = {**clients.azure.environment, "MLFLOW_TRACKING_URI": clients.plain}
    with WarmPython(clients.folder, environment, IMPORTS, [ALONE]) as python:
        yield lambda script: python.run("-c", script).check()


def test_the_plugins_version_loads_without_it(clients, alone):
    clients.run("-c", REGISTER.format(name="by-plugin"), tracking_uri=clients.mount)
    assert json.loads(alone(LOAD.format(name="by-plugin")).splitlines()[-1]) == [1, 2]


def test_a_version_of_mlflow_alone_loads_by_the_plugin(clients, alone):
    alone(REGISTER.format(name="by-mlflow"))
    assert clients.answer(LOAD.format(name="by-mlflow"), clients.mount) == [1, 2]
