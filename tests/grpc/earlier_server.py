"""The server of a recording, which knows the calls that are in it and no others."""

import collections
import threading

import grpc

from tests.grpc.later_version import message_classes
from tests.grpc.metric_points import each
from tests.grpc.passing_on import refuse, started


class EarlierServer(grpc.GenericRpcHandler):
    """At `address` from __enter__ to __exit__; answers with the recorded replies, those of a method
    one after the other and the last one again and again. Of Ingest with the one that has the number
    to which the producer has come, whatever the sidecar puts into one request; what has come is in
    `things`, in order. `unknown` counts the calls of what it does not know, by name.

    `of_reply` makes of a call's name and a reply what is sent instead.
    """

    def __init__(self, calls, of_reply=None):
        self._replies = collections.defaultdict(collections.deque)
        self._reached = {}
        self._of_reply = of_reply or (lambda _, message: message)
        self._mutex = threading.Lock()
        self._next_seq = 0
        self.things = []
        self.ingests = 0
        self.unknown = collections.Counter()
        for call in calls:
            if call.code != "OK":
                continue
            self._replies[call.method].append(call.reply)
            if call.name == "Ingest":
                reply = message_classes(call.method)[1].FromString(call.reply)
                self._reached[reply.next_seq] = call.reply

    def __enter__(self):
        self._server, self.address = started(self)
        return self

    def __exit__(self, *_):
        self._server.stop(grace=1).wait()

    def service(self, details):
        name = details.method.rpartition("/")[2]
        if details.method not in self._replies:
            with self._mutex:
                self.unknown[name] += 1
            # gRPC says UNIMPLEMENTED.
            return None
        answer = self._ingest if name == "Ingest" else self._repeat
        return grpc.unary_unary_rpc_method_handler(
            lambda request, context: self._of_reply(
                details.method, answer(details.method, request, context)
            )
        )

    def _repeat(self, method, *_):
        with self._mutex:
            replies = self._replies[method]
            return replies.popleft() if len(replies) > 1 else replies[0]

    def _ingest(self, method, message, context):
        request = message_classes(method)[0].FromString(message)
        with self._mutex:
            self.ingests += 1
            if request.first_seq > self._next_seq:
                refuse(context, grpc.StatusCode.OUT_OF_RANGE, "a gap")
            things = [thing for run in request.runs for thing in things_of(run)]
            self.things += things[self._next_seq - request.first_seq :]
            self._next_seq = max(self._next_seq, request.first_seq + len(things))
            return self._reached[self._next_seq]


def things_of(run):
    """What takes a number each, in the order of the numbers."""
    columns = run.metrics
    keys = each(columns.key_index, columns.key_points, columns.keys)
    for key, step, value in zip(keys, columns.step, columns.value, strict=True):
        yield "point", key, step, value
    for param in run.params:
        yield "param", param.key, param.value
    for tag in run.tags:
        yield "tag", tag.key, tag.value
    if run.HasField("end"):
        yield "end", run.end.status, run.end.end_time
