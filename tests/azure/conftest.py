import os

import pytest

from tests.support.azure_clients import azure_clients
from tests.support.backends import BACKENDS


@pytest.fixture(scope="module", params=BACKENDS)
def clients(request, tmp_path_factory):
    """Azure's clients and a server of the module's own.

    The module may say by IMPORTS what its scripts import, and by DATABASE_MATTERS = False that one
    kind of database shows it all.
    """
    is_another = request.param != "sqlite" and not getattr(request.module, "DATABASE_MATTERS", True)
    if is_another and "ROOKERY_TEST_LONG" not in os.environ:
        pytest.skip("ROOKERY_TEST_LONG is not set: ./dev test --long sets it")
    imports = getattr(request.module, "IMPORTS", ["mlflow"])
    folder = tmp_path_factory.mktemp("azure")
    with azure_clients(request.param, folder, imports=imports) as running:
        yield running
