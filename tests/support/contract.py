"""What the protos say: every RPC with its HTTP routes and its messages."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ROOT = Path(__file__).resolve().parents[2]
VERBS = ["get", "put", "post", "delete", "patch"]


@dataclass(frozen=True)
class Route:
    """`method` and `path` as in `POST`, `/api/2.0/mlflow/logged-models/{model_id}`."""

    method: str
    path: str


@dataclass(frozen=True)
class Rpc:
    part: str  # tracking, registry, artifact
    service: str
    name: str
    routes: tuple
    request: object  # The descriptor of the request's message.


def read_contract(root=ROOT):
    """All RPCs of services that a client reaches, in the order of the files and within them."""
    pool = descriptor_pool.DescriptorPool()
    described = _describe(root)
    for file in described.file:
        pool.Add(file)
    # Options are read anew with this pool's classes: those of the library know no extensions.
    classes = message_factory.GetMessageClassesForFiles(
        ["google/protobuf/descriptor.proto", "google/api/annotations.proto"], pool
    )
    options = classes["google.protobuf.MethodOptions"]
    http = pool.FindExtensionByName("google.api.http")
    rpcs = []
    for file in described.file:
        if not file.package.startswith("rookery."):
            continue
        for service in file.service:
            for method in service.method:
                rule = options.FromString(method.options.SerializeToString()).Extensions[http]
                rules = [rule, *rule.additional_bindings]
                routes = tuple(Route(*found) for each in rules for found in _routes(each))
                request = pool.FindMessageTypeByName(method.input_type.lstrip("."))
                part = file.package.split(".")[1]
                rpcs.append(Rpc(part, service.name, method.name, routes, request))
    return rpcs


def _describe(root):
    files = sorted(
        str(path.relative_to(root / "protos")) for path in root.glob("protos/**/*.proto")
    )
    command = ["protoc", "-Iprotos", "-Ibuild/googleapis", "--include_imports"]
    done = subprocess.run(
        [*command, "--descriptor_set_out=/dev/stdout", *files],
        cwd=root,
        check=True,
        stdout=subprocess.PIPE,
    )
    return descriptor_pb2.FileDescriptorSet.FromString(done.stdout)


def _routes(rule):
    for verb in VERBS:
        if getattr(rule, verb):
            yield verb.upper(), getattr(rule, verb)
    if rule.custom.path:
        yield rule.custom.kind, rule.custom.path
