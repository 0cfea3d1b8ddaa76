import pytest

from tests.support.azure_clients import azure_clients
from tests.support.backends import BACKENDS


@pytest.fixture(scope="module", params=BACKENDS)
def clients(request, tmp_path_factory):
    with azure_clients(request.param, tmp_path_factory.mktemp("azure")) as running:
        yield running
