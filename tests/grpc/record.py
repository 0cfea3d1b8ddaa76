"""Records what a sidecar and its server say to each other: see recorded/README.md.

ROOKERY names the server's program; the sidecar's lies beside it.
"""

import sys
import tempfile
import threading
from pathlib import Path

import grpc

from tests.grpc import recording
from tests.grpc.passing_on import PassingOn, details_of
from tests.grpc.training import WHOLE, seen, train
from tests.support.server import Server
from tests.support.sidecar import Sidecar


def record(folder):
    calls, mutex = [], threading.Lock()

    def note(method, request, reply, error):
        call = recording.Call(method, request, reply)
        if error is not None:
            code = error.code()
            if code == grpc.StatusCode.CANCELLED:
                return
            call = call._replace(code=code.name, message=error.details(), details=details_of(error))
        with mutex:
            calls.append(call)

    with Server(folder) as server, PassingOn(server.grpc, seen=note) as way:
        with Sidecar(folder, way.address) as sidecar:
            run_id = train(sidecar.url, sidecar.flush)
        # The sidecar has told all that it had to tell.
        told = seen(server.url, run_id)
        assert told == WHOLE, told
    return calls


def main():
    with tempfile.TemporaryDirectory() as folder:
        calls = record(Path(folder))
    path = recording.FOLDER / f"{sys.argv[1]}.jsonl"
    recording.save(path, calls)
    print(f"{path}: {len(calls)} calls, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
