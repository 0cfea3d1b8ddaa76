"""MLflow's server, one for all tests here, and Rookery on each kind of database."""

import functools

import pytest

from tests.differential.conversation import converse
from tests.differential.dataset import Dataset
from tests.support.backends import BACKENDS, serving
from tests.support.contract import read_contract
from tests.support.mlflow_server import MlflowServer
from tests.support.raw import Client


@pytest.fixture(scope="session")
def routes():
    """The paths of all routes that Rookery has."""
    return {route.path for rpc in read_contract() for route in rpc.routes}


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


@pytest.fixture(scope="session")
def mlflow_finds(mlflow_server):
    """A function of a search that knows what it asked before."""
    with Client(mlflow_server.url) as client:
        yield functools.cache(_finder(Dataset(client)))


@pytest.fixture(scope="session")
def rookery_finds(rookery):
    with Client(rookery.url) as client:
        yield _finder(Dataset(client))


def _finder(dataset):
    def find(kind, query, order):
        found, names = dataset.search(kind, query, order)
        # MLflow refuses some searches with 500; that they are refused is what counts.
        return names if found else "refused"

    return find
