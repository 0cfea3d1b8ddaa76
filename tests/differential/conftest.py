"""MLflow's server, one for all tests here, and Rookery on each kind of database."""

import pytest

from tests.differential.conversation import converse
from tests.support.backends import BACKENDS, serving
from tests.support.mlflow_server import MlflowServer


@pytest.fixture(scope="session")
def mlflow_server(tmp_path_factory):
    with MlflowServer(tmp_path_factory.mktemp("mlflow")) as running:
        yield running


@pytest.fixture(scope="session")
def mlflow_answers(mlflow_server):
    """A function of a scenario: MLflow is asked once, whatever Rookery's databases."""
    known = {}

    def answers(scenario):
        if scenario.name not in known:
            known[scenario.name] = converse(scenario, mlflow_server.url)
        return known[scenario.name]

    return answers


@pytest.fixture(scope="session", params=BACKENDS)
def rookery(request, tmp_path_factory):
    with serving(request.param, tmp_path_factory.mktemp("rookery")) as running:
        yield running
