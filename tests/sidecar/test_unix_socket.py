"""MLflow's API at a Unix socket, for workers that share a folder with the sidecar."""

import http.client
import json
import socket
import stat

from tests.support.oracle import new_run
from tests.support.server import Server
from tests.support.sidecar import Sidecar
from tests.support.stored_points import stored_points

POINTS = 20


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        # The header Host, as clients of such sockets make it of the path.
        super().__init__(str(path).replace("/", "%2F"))
        self._path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


def test_what_comes_by_the_socket_is_kept_and_forwarded(tmp_path):
    path = tmp_path / "http.sock"
    with (
        Server(tmp_path) as server,
        Sidecar(tmp_path, server.grpc, "--http-unix", path) as sidecar,
    ):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        run_id = new_run(server.url)
        connection = UnixConnection(path)
        for step in range(POINTS):
            metric = {"run_id": run_id, "key": "loss", "value": 1, "timestamp": 1, "step": step}
            connection.request(
                "POST",
                "/api/2.0/mlflow/runs/log-metric",
                json.dumps(metric),
                {"Content-Type": "application/json"},
            )
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b"{}")
        connection.close()
        assert sidecar.flush()
        assert stored_points(server.grpc, run_id) == POINTS
        assert sidecar.terminate() == 0
        assert not path.exists()
