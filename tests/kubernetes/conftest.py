"""One release of the chart for all tests."""

import secrets

import pytest

from tests.kubernetes.cluster import Cluster
from tests.kubernetes.installation import CLIENT_IMAGE, Installation
from tests.kubernetes.volumes import volumes

# What hostPath volumes and the DaemonSet need.
PRIVILEGED = {"pod-security.kubernetes.io/enforce": "privileged"}


@pytest.fixture(scope="session")
def rookery(tmp_path_factory):
    namespace = f"rookery-test-{secrets.token_hex(3)}"
    with (
        Cluster(namespace, PRIVILEGED) as cluster,
        volumes(cluster, CLIENT_IMAGE) as options,
        Installation(cluster, tmp_path_factory.mktemp("rookery"), options) as installation,
    ):
        yield installation


@pytest.fixture
def tell(capsys, request):
    """Shows a figure."""

    def show(figure):
        with capsys.disabled():
            print(f"\n{request.node.name}: {figure}")

    return show
