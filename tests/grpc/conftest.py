"""Stubs from the protos, and channels to a server."""

import importlib
import importlib.util
import re
import subprocess
import sys
import tarfile
from types import SimpleNamespace

import pytest

from tests.support.backends import SETUPS, serving
from tests.support.program import ROOT

# MLflow's environment has no grpc; ./dev test runs these tests in the one that has.
if importlib.util.find_spec("grpc_tools") is None:
    collect_ignore_glob = ["*"]
else:
    import grpc
    import grpc_tools
    from grpc_tools import protoc


def unpacked_protos(folder):
    done = subprocess.run(
        [ROOT / "dev", "package", "protos"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    archive = ROOT / re.search(r"build/package/\S+\.tar\.gz", done.stdout)[0]
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    root = next(folder.iterdir())
    assert (root / "LICENSE").is_file()
    return root


@pytest.fixture(scope="session")
def api(tmp_path_factory):
    """What protoc makes of the protos that `./dev package` packs, as attributes: `api.run_pb2`,
    `api.run_service_pb2_grpc`."""
    out = tmp_path_factory.mktemp("stubs")
    protos = unpacked_protos(tmp_path_factory.mktemp("protos"))
    googleapis = ROOT / "build/googleapis"
    ours = sorted(protos.rglob("*.proto"))
    theirs = [*googleapis.glob("google/api/*.proto"), *googleapis.glob("google/rpc/*.proto")]
    includes = [protos, googleapis, f"{next(iter(grpc_tools.__path__))}/_proto"]
    command = ["protoc", *(f"-I{folder}" for folder in includes)]
    command += [f"--python_out={out}", f"--grpc_python_out={out}"]
    assert protoc.main([*command, *(str(proto) for proto in [*ours, *theirs])]) == 0
    sys.path.insert(0, str(out))
    modules = {}
    for path in [*out.glob("rookery/*/v1/*.py"), out / "google/api/httpbody_pb2.py"]:
        name = ".".join(path.relative_to(out).with_suffix("").parts)
        modules[path.stem] = importlib.import_module(name)
    return SimpleNamespace(**modules)


@pytest.fixture(scope="module", params=SETUPS)
def server(request, tmp_path_factory):
    """One for all tests of a file."""
    with serving(request.param, tmp_path_factory.mktemp("server")) as running:
        yield running


class Services:
    """A stub for each service, over channels to where the server has it."""

    def __init__(self, api, server):
        self.channels = {
            part: grpc.insecure_channel(
                getattr(server, part), options=[("grpc.max_receive_message_length", -1)]
            )
            for part in ("tracking", "registry", "artifact")
        }
        tracking, registry, artifact = self.channels.values()
        self.experiments = api.experiment_service_pb2_grpc.ExperimentServiceStub(tracking)
        self.runs = api.run_service_pb2_grpc.RunServiceStub(tracking)
        self.logged_models = api.logged_model_service_pb2_grpc.LoggedModelServiceStub(tracking)
        models = api.registered_model_service_pb2_grpc
        self.registered_models = models.RegisteredModelServiceStub(registry)
        versions = api.model_version_service_pb2_grpc
        self.model_versions = versions.ModelVersionServiceStub(registry)
        managed = api.managed_model_service_pb2_grpc
        self.managed_models = managed.ManagedModelServiceStub(registry)
        resources = api.model_resource_service_pb2_grpc
        self.model_resources = resources.ModelResourceServiceStub(registry)
        self.artifacts = api.artifact_service_pb2_grpc.ArtifactServiceStub(artifact)
        self.metrics = api.metric_service_pb2_grpc.MetricServiceStub(tracking)
        self.workspaces = api.workspace_service_pb2_grpc.WorkspaceServiceStub(tracking)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for channel in self.channels.values():
            channel.close()


@pytest.fixture
def services(api, server):
    with Services(api, server) as stubs:
        yield stubs


@pytest.fixture
def make(api, services):
    """Makes an empty kind of searching.py, of the test's own."""
    return lambda kind: kind(api, services)


@pytest.fixture
def connect(api):
    """Makes stubs to a server of the test's own."""
    return lambda server: Services(api, server)
