"""What a server says of itself: reflection and health."""

import contextlib
import queue
import signal
import threading

import grpc
import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from tests.support.backends import serving

PREFIXES = {
    "tracking": "rookery.tracking.",
    "registry": "rookery.registry.",
    "artifact": "rookery.artifact.",
}
SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


def our_services(channel, part):
    names = ProtoReflectionDescriptorDatabase(channel).get_services()
    return {name for name in names if name.startswith(PREFIXES[part])}


@pytest.mark.parametrize("part", PREFIXES)
def test_reflection_tells_each_service_as_the_protos_do(part, api, services):
    channel = services.channels[part]
    pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
    found = {}
    for name in our_services(channel, part):
        service = pool.FindServiceByName(name)
        found[name] = {
            method.name: (method.input_type.full_name, method.output_type.full_name)
            for method in service.methods
        }
    expected = {
        service.full_name: {
            method.name: (method.input_type.full_name, method.output_type.full_name)
            for method in service.methods
        }
        for module in vars(api).values()
        if hasattr(module, "DESCRIPTOR")
        for service in module.DESCRIPTOR.services_by_name.values()
        if service.full_name.startswith(PREFIXES[part])
    }
    assert found == expected
    assert expected


@pytest.mark.parametrize("part", PREFIXES)
def test_each_service_and_the_server_are_healthy(part, services):
    channel = services.channels[part]
    health = health_pb2_grpc.HealthStub(channel)
    for name in ["", *our_services(channel, part)]:
        answer = health.Check(health_pb2.HealthCheckRequest(service=name))
        assert answer.status == SERVING, name
    with pytest.raises(grpc.RpcError) as raised:
        health.Check(health_pb2.HealthCheckRequest(service="rookery.unknown.v1.Service"))
    assert raised.value.code() == grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("part", PREFIXES)
def test_health_ends_before_a_program_does(part, tmp_path):
    """Watchers see NOT_SERVING; the program does not wait for them longer than for others."""
    with serving("split-sqlite", tmp_path) as server:
        program = server.parts[part]
        with grpc.insecure_channel(program.grpc) as channel:
            seen = queue.SimpleQueue()
            request = health_pb2.HealthCheckRequest(service="")
            watch = health_pb2_grpc.HealthStub(channel).Watch(request)

            def keep():
                with contextlib.suppress(grpc.RpcError):
                    for answer in watch:
                        seen.put(answer.status)

            reader = threading.Thread(target=keep)
            reader.start()
            assert seen.get(timeout=30) == SERVING
            program.signal(signal.SIGTERM)
            assert seen.get(timeout=30) == NOT_SERVING
            watch.cancel()
            reader.join()
            assert program.wait() == 0
