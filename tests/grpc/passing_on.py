"""A gRPC server that passes calls on to another, as bytes of which it knows nothing."""

import contextlib
from concurrent import futures

import grpc

# What gRPC itself sends along.
OWN = ("user-agent", "grpc-", "te")
STATUS = "grpc-status-details-bin"


class PassingOn(grpc.GenericRpcHandler):
    """Before `target` (host:port), at `address`, from __enter__ to __exit__; unary calls only.

    `of_request` and `of_reply` make of a call's name and bytes what is sent instead; `seen` is told
    of each call: its name, both as they were sent on, and the grpc.RpcError or None.
    """

    def __init__(self, target, *, of_request=None, of_reply=None, seen=None):
        self._target = target
        self._of_request = of_request or (lambda _, message: message)
        self._of_reply = of_reply or (lambda _, message: message)
        self._seen = seen or (lambda *_: None)

    def __enter__(self):
        self._channel = grpc.insecure_channel(self._target)
        self._server, self.address = started(self)
        return self

    def __exit__(self, *_):
        self._server.stop(grace=1).wait()
        self._channel.close()

    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: self._pass_on(details.method, request, context)
        )

    def _pass_on(self, method, request, context):
        request = self._of_request(method, request)
        metadata = [each for each in context.invocation_metadata() if not each[0].startswith(OWN)]
        try:
            reply = self._channel.unary_unary(method)(
                request, timeout=context.time_remaining(), metadata=metadata
            )
        except grpc.RpcError as error:
            self._seen(method, request, b"", error)
            refuse(context, error.code(), error.details(), details_of(error))
        reply = self._of_reply(method, reply)
        self._seen(method, request, reply, None)
        return reply


def started(handler):
    """A server on a free port, and its address."""
    server = grpc.server(futures.ThreadPoolExecutor(16), handlers=[handler])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, f"127.0.0.1:{port}"


def details_of(error):
    """The google.rpc.Status that came with an error, as bytes; b"" if none did."""
    return dict(error.trailing_metadata() or ()).get(STATUS, b"")


def refuse(context, code, message, details=b""):
    if details:
        context.set_trailing_metadata([(STATUS, details)])
    context.abort(code, message)


@contextlib.contextmanager
def bytes_calls(address):
    """Calls by name and bytes: yields what makes one, and returns its reply or raises its error."""
    with grpc.insecure_channel(address) as channel:
        yield lambda method, request: channel.unary_unary(method)(request, timeout=60)
